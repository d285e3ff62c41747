"""The web application for granian."""

from __future__ import annotations

import os

from config.embedded import provide
from config.incoming import forget_broken_uploads
from web.application import application as made

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
provide()

application = made()
forget_broken_uploads()
