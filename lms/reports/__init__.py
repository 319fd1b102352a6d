"""Reports: tables for people who count, made from values and never from the database."""
