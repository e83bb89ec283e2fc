"""The same study from a shell. Results go to stdout, messages to stderr.

Exit codes: 0 an answer, 1 a negative answer (defects found), 2 input that cannot be used, 3 a fault of ours.
"""

import errno
import os
import subprocess  # nosec B404
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

# Their commands hang themselves on the app.
from tariffs.cli import (  # noqa: F401
    answers,
    barriers,
    evidence,
    limits,
    load,
    project,
    records,
    regress,
    sensitivity,
    sweep,
)
from tariffs.cli.frame import app, speak, words
from tariffs.errors import N_, system_says

NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS)
INTERRUPTED = 130  # what a shell expects of a command that was stopped from the keyboard


@app.command("app")
def start_app(port: Annotated[int, typer.Option("--port", help="port on this machine")] = 8501) -> None:
    """Start the web app on this machine."""
    page = Path(__file__).resolve().parent.parent.parent / "app.py"
    line = [sys.executable, "-m", "streamlit", "run", str(page), "--server.port", str(port)]
    # Our own interpreter and page, no text from outside.
    raise typer.Exit(subprocess.call(line))  # noqa: S603  # nosec B603


def main() -> NoReturn:
    """Run a command; every error a user can mend is one message on stderr, never a traceback."""
    from typer.exceptions import Abort, TyperException

    from tariffs.errors import TariffsError
    from tariffs.progress import Stopped

    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"] or ["--help"]
    try:
        speak(_asked_for(arguments))  # help and refusals before a command begins are told in it, too
        code = app(args=arguments, prog_name="python -m tariffs", standalone_mode=False)
        sys.stdout.flush()  # here, where a full disk can still be explained
    except Stopped as stop:
        _quit(words().explain(stop), INTERRUPTED)
    except TariffsError as error:
        if debug:
            raise
        _quit(words().explain(error), 2)
    except TyperException as error:
        _quit(f"{error.format_message()}\n{words()(N_('Try `python -m tariffs --help`.'))}", 2)
    except (Abort, KeyboardInterrupt):
        _quit(words()(N_("Stopped.")), INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        if debug:
            raise
        if error.errno not in NO_ROOM:
            _ours(error)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more is tried at the end
        full = N_("The answer could not be written ({reason}). Free space, or send it somewhere else.")
        _quit(words()(full, reason=words().said(system_says(error))), 2)
    except Exception as error:
        if debug:
            raise
        _ours(error)
    if code == INTERRUPTED:
        _quit(words()(N_("Stopped.")), INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _ours(error: Exception) -> NoReturn:
    ours = N_("Something went wrong on our side ({fault}). Run again with --debug to see where.")
    _quit(words()(ours, fault=f"{type(error).__name__}: {error}"), 3)


def _asked_for(arguments: list[str]) -> str:
    """The language on the command line, or of the environment."""
    for at, text in enumerate(arguments):
        if text == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if text.startswith("--lang="):
            return text.partition("=")[2]
    return os.environ.get("TARIFFS_LANG", "")


def _quit(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
