"""``python -m tariffs``."""

from tariffs.cli import main

if __name__ == "__main__":
    main()
