"""The web application for granian."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from config.embedded import provide
from config.incoming import forget_broken_uploads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
provide()

application = get_wsgi_application()
forget_broken_uploads()
