"""Django helpers without models and without domain words."""
