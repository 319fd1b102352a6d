"""`python -m lms.cli`, what `./run` calls."""

from lms.cli import main

main(prog_name="yogyata")
