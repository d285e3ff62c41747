"""The language of zERT enforcement rules: model, text, checks, matching, explanation (pure)."""
