"""The site, for a WSGI server."""

from lms.app import create_app
from lms.settings import Settings

app = create_app(Settings.load())
