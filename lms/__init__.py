"""The web application: people, pages, tables and jobs around the four core packages; `lms.app` makes it."""
