"""Writing lessons: what is published, uploads, previews."""
