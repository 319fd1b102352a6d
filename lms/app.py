"""The app factory: the site for given settings, its extensions and its pages."""

from flask import Flask
from whitenoise import WhiteNoise

from lms.extensions import babel, csrf, database_settings, db, login_manager, migrate
from lms.settings import ROOT, Settings
from lms.web import areas, arrivals, compression, errors, filters, gate, intake, kept_files, session_cookies
from lms.web.exam import keeping, lane
from lms.web.language import choose_language


def create_app(settings: Settings) -> Flask:
    """The site for these settings. Reads nothing else: no environment, no files of the instance."""
    app = Flask("lms", instance_path=str(settings.instance.resolve()))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        **database_settings(settings.database_url),
        MAX_CONTENT_LENGTH=settings.upload_megabytes * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE=settings.time_zone,
    )
    app.session_interface = session_cookies.SessionCookies()
    intake.register(app)  # before the tokens of forms are looked for: of a file that found no place nothing is here
    register_extensions(app)
    register_pages(app)
    serve_files(app)
    return app


def serve_files(app: Flask) -> None:
    """Static files, before any page is asked; those of the exam also under their release's own address, to be kept."""
    of_release = keeping.prefix()
    app.wsgi_app = lane.Lane(app)  # type: ignore[method-assign]
    files = WhiteNoise(
        arrivals.Arrivals(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"]),
        root=kept_files.STATIC,
        prefix="static/",
        max_age=3600,
        immutable_file_test=lambda _path, url: url.startswith(f"/{of_release}"),
    )
    files.add_files(kept_files.STATIC / keeping.FOLDER, prefix=of_release)
    app.wsgi_app = files  # type: ignore[method-assign]


def register_extensions(app: Flask) -> None:
    """Bind the extensions to the app."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "lms" / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_language)


def register_pages(app: Flask) -> None:
    """Add every area's pages, the rules that hold on all of them, and the words for refusals."""
    # First, since what is registered first is done last when a page is sent.
    compression.register(app)
    gate.register(app)
    errors.register(app)
    filters.register(app)
    for blueprint in areas.BLUEPRINTS:
        app.register_blueprint(blueprint)
