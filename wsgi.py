"""The site, for a WSGI server."""

from lms import create_app
from lms.settings import Settings

app = create_app(Settings.load())
