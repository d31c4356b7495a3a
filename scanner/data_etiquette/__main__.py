"""`python -m data_etiquette` is the `etiquette` command."""

from data_etiquette.cli.main import main

if __name__ == "__main__":
    main()
