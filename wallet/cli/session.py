"""Wallet: one run of a command: its files, its languages, its questions, its connections."""

from __future__ import annotations

import os
import stat
import sys

from wallet.clock import Clock, SystemClock
from wallet.errors import Declined, InputError, SecretError
from wallet.hints import TYPE_CHECKING, Any, Final, Protocol, TextIO
from wallet.plain import shorten
from wallet.record import Record
from wallet.texts import choose_language, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from wallet.cli.syntax import Line
    from wallet.secret import Secret

_YES: Final = ("y", "yes", "是", "确认")
_SHORTEST_PASSWORD: Final = 8
_TRIES: Final = 3
#: What is wrong with a new password that its owner can type better at once.
_SLIPS: Final = ("password.short", "password.differ")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_POLL_MILLISECONDS: Final = 500
_TIMEOUT_SECONDS: Final = 120
_LONGEST_TIMEOUT: Final = 7 * 24 * 3600


class AskSecret(Protocol):
    """Shows a prompt and reads a line without showing it."""

    def __call__(self, prompt: str, stream: TextIO) -> str:
        """The line."""


class Environment:
    """Everything outside the program that a command touches, so that a test can replace it."""

    __slots__ = ("ask_secret", "clock", "program", "stderr", "stdin", "stdout", "variables")

    def __init__(  # noqa: PLR0917  # the three streams, then what stands for the machine
        self,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        variables: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        ask_secret: AskSecret | None = None,
        program: str | None = None,
    ) -> None:
        """Take stand-ins; what is left out is the process's own."""
        self.stdin = stdin or sys.stdin
        self.stdout = stdout or sys.stdout
        self.stderr = stderr or sys.stderr
        self.variables = os.environ if variables is None else variables
        self.clock = clock or SystemClock()
        self.ask_secret = ask_secret or _ask_at_terminal
        self.program = program or os.environ.get("JIAOZI_COMMAND") or sys.argv[0].rpartition("/")[2]


def _ask_at_terminal(prompt: str, stream: TextIO) -> str:
    from getpass import getpass  # noqa: PLC0415  # only where something is asked

    return getpass(prompt, stream)


class Result(Record):
    """What a command found: `data` for --json, `lines` for people, and the exit code."""

    data: Mapping[str, Any]
    lines: Sequence[str]
    code: int = 0


class Session:
    """A command line and the world it runs in."""

    def __init__(self, line: Line, environment: Environment) -> None:
        self.line = line
        self.environment = environment
        self.language = choose_language(line.get("--lang"), environment.variables)
        self.as_json = line.has("--json")
        self.clock = environment.clock
        #: How many seconds to wait for an end: --timeout, else two minutes.
        self.timeout = line.number("--timeout", _TIMEOUT_SECONDS, _LONGEST_TIMEOUT)
        self._typed: Secret | None = None
        #: Whether signing will need the password; False where a device has the key.
        self.needs_password = True
        self._is_waiting = False
        self._progress = _Progress(environment.stderr, silent=self.as_json)
        self._read_password: Secret | None = None

    def text(self, key: str, **values: object) -> str:
        """A sentence in the user's language."""
        return text(key, self.language).format_map(values)

    @property
    def directory(self) -> Path:
        """`place` as a path."""
        from pathlib import Path  # noqa: PLC0415  # slow to load: the quickest commands do without

        return Path(self.place)

    @property
    def place(self) -> str:
        """JIAOZI_HOME: --home, else the variable, else ~/.jiaozi."""
        given = self.line.get("--home")
        if given is None:
            given = self.environment.variables.get("JIAOZI_HOME") or "~/.jiaozi"
        expanded = os.path.expanduser(given)  # noqa: PTH111  # pathlib is slow to load
        if not expanded or expanded[0] == "~":  # the ~ of a user that is not there
            raise InputError("usage.home", home=shorten(given))
        return expanded

    @property
    def command(self) -> str:
        """How to call this wallet again from here, as a shell takes it."""
        import shlex  # noqa: PLC0415  # seldom needed
        import shutil  # noqa: PLC0415  # as above

        program = self.environment.program  # as it is: a Path would take the ./ from ./jiaozi
        name = program.rpartition("/")[2]
        if name == "__main__.py":
            words = ["python", "-m", "wallet"]
        elif shutil.which(name) == program:
            words = [name]
        else:
            words = [program]
        home = self.line.get("--home")
        return shlex.join(words if home is None else [*words, "--home", home])

    @property
    def on_terminal(self) -> bool:
        """Whether the result goes to a person's terminal."""
        return not self.as_json and self.environment.stdout.isatty()

    @property
    def colours(self) -> bool:
        """Whether results may be coloured: a terminal that can, and no NO_COLOR (no-color.org)."""
        variables = self.environment.variables
        is_plain = bool(variables.get("NO_COLOR")) or variables.get("TERM") == "dumb"
        return self.on_terminal and not is_plain

    def say(self, lines: Sequence[str]) -> None:
        """Show people what is going on; with --json, stdout belongs to the result alone."""
        if not self.as_json:
            print(*lines, sep="\n", file=self.environment.stdout, flush=True)

    def show(self, result: Result) -> None:
        """Give the command's result out, on its way when this returns."""
        if self.as_json:
            import json  # noqa: PLC0415  # only where it is asked for

            text = json.dumps(result.data, indent=2, ensure_ascii=False)
            print(text, file=self.environment.stdout, flush=True)
        else:
            self.say(result.lines)

    def confirm(
        self, lines: Sequence[str], risks: Sequence[tuple[str, Sequence[str]]] = ()
    ) -> None:
        """Show what is about to be signed and go on only with consent.

        Each of the `risks`, a name and its lines, must be accepted by its name first. Declined
        if the answer is not yes; InputError where nobody can be asked; SecretError where the
        password could not be had afterwards.
        """
        if self.needs_password and self._password_file is None:
            self._need_terminal()
        self.say(lines)
        is_asked, stderr = not self.line.has("--yes"), self.environment.stderr
        # Where stdout goes to a file or a program, nobody reads it before the question.
        is_unseen = self.as_json or not self.environment.stdout.isatty()
        if is_unseen and self.environment.stdin.isatty() and (is_asked or risks):
            print(*lines, sep="\n", file=stderr)
        self.accept_risks(risks)
        if not is_asked:
            return
        if not self.environment.stdin.isatty():
            raise InputError("confirm.needed")
        print(self.text("confirm.question"), end=" ", file=stderr, flush=True)
        if self.environment.stdin.readline().strip().lower() not in _YES:
            raise Declined("confirm.declined")

    def accept_risk(self, risk: str, lines: Sequence[str]) -> None:
        """As `accept_risks`, of one."""
        self.accept_risks([(risk, lines)])

    def accept_risks(self, risks: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Go on past named risks, each with its lines, only where the owner names them too.

        `--accept-risk RISK` does, several of them joined by commas; else each must be typed at
        the terminal. --yes is not enough. Declined if something else is typed; InputError, naming
        all that are missing, where nobody can be asked.
        """
        given = (self.line.get("--accept-risk") or "").split(",")
        missing = [name for name, _ in risks if name not in given]
        stderr, is_asked = self.environment.stderr, self.environment.stdin.isatty()
        for risk, lines in risks:
            print(*lines, sep="\n", file=stderr, flush=True)
            if risk in given or not is_asked:
                continue
            print(self.text("risk.question", risk=risk), end=" ", file=stderr, flush=True)
            if self.environment.stdin.readline().strip().lower() != risk:
                raise Declined("risk.declined", risk=risk)
        if missing and not is_asked:
            raise InputError("risk.needed", risk=",".join(missing))

    def password(self, *, new: bool = False) -> Secret:
        """The wallet's password: from --password-file, else asked for once; a new one twice."""
        password = self._password_file or self._typed
        if password is None and new:
            password = self.ask_new_password("password.new")
        elif password is None:
            from wallet.secret import Secret  # noqa: PLC0415  # where there is one

            typed = self.ask_secret("password.ask")
            password = Secret(typed.encode("utf-8", "surrogateescape"))
        elif new:
            check_new_password(password)
        self._typed = password
        return password

    def ask_new_password(self, key: str) -> Secret:
        """A password to come, asked for twice; where a person reads along, up to three times
        until it is long enough and twice the same.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._new_password(key)
            except SecretError as error:
                if self.as_json or error.code not in _SLIPS:
                    raise
                told = error.message(self.language), error.remedy(self.language)
                print(*told, file=self.environment.stderr, flush=True)
        return self._new_password(key)

    def _new_password(self, key: str) -> Secret:
        from wallet.secret import Secret  # noqa: PLC0415  # where there is one

        typed = self.ask_secret(key)
        password = Secret(typed.encode("utf-8", "surrogateescape"))
        check_new_password(password)
        if self.ask_secret("password.again") != typed:
            raise SecretError("password.differ")
        return password

    def new_password(self, option: str) -> Secret:
        """A password to come, beside the present one: from an option's file, else asked twice."""
        found = self.secret_file(option)
        if found is None:
            return self.ask_new_password("password.change")
        from wallet.secret import Secret  # noqa: PLC0415  # as above

        password = Secret(found.rstrip(b"\r\n"))
        check_new_password(password)
        return password

    @property
    def _password_file(self) -> Secret | None:
        """The password of --password-file, read once: it may be a pipe."""
        if self._read_password is None:
            found = self.secret_file("--password-file")
            if found is None:
                return None
            from wallet.secret import Secret  # noqa: PLC0415  # as above

            self._read_password = Secret(found.rstrip(b"\r\n"))
        return self._read_password

    def secret_file(self, option: str) -> bytes | None:
        """What the file of an option holds, None without the option; SecretError naming it.

        A file that others may read is used, with a warning.
        """
        name = self.line.get(option)
        if name is None:
            return None
        try:
            with open(name, "rb") as file:  # noqa: PTH123  # pathlib is slow to load
                mode = os.fstat(file.fileno()).st_mode
                data = file.read()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SecretError("secret.file", option=option, file=name, reason=reason) from error
        stderr = self.environment.stderr
        if stat.S_ISREG(mode) and mode & _OTHERS and (stderr.isatty() or not self.as_json):
            print(self.text("secret.readable", option=option, file=name), file=stderr)
        return data

    def ask_secret(self, key: str, **values: object) -> str:
        """Ask at the terminal for a line that is not shown."""
        self._need_terminal()
        prompt = self.text(key, **values) + " "
        try:
            return self.environment.ask_secret(prompt, self.environment.stderr)
        except EOFError as error:
            raise SecretError("password.end") from error

    def _need_terminal(self) -> None:
        if not self.environment.stdin.isatty():
            raise SecretError("password.none")

    def wait(self, what: Callable[[], str], look: Callable[[], bool], seconds: int) -> bool:
        """Call `look` until it is true; False when the time is up.

        From the first second on, `what` says what is being waited for.
        """
        start, self._is_waiting = self.clock.now(), True
        try:
            while not look():
                passed = self.clock.now() - start
                if passed >= seconds:
                    return False
                if passed >= 1:
                    self._progress.show(f"{what()} {passed} s", what())
                self.clock.sleep(_POLL_MILLISECONDS)
            return True
        finally:
            self._is_waiting = False
            self._progress.clear()

    def show_progress(self, what: str) -> None:
        """Say on one line what takes so long, unless `wait` is saying something already."""
        if not self._is_waiting:
            self._progress.show(what, what)

    def hide_progress(self) -> None:
        """Wipe that line."""
        if not self._is_waiting:
            self._progress.clear()


class _Progress:
    """One line on a terminal that counts seconds; in a log, one line for each new state."""

    def __init__(self, stream: TextIO, *, silent: bool) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._silent = silent and not self._terminal
        self._shown = ""

    def show(self, line: str, what: str) -> None:
        """Show a line; in a log, `what` is shown when it changes."""
        if self._silent:
            return
        if self._terminal:
            print(f"\r\x1b[K{line}", end="", file=self._stream, flush=True)
        elif what != self._shown:
            print(what, file=self._stream, flush=True)
        self._shown = what

    def clear(self) -> None:
        if self._terminal and self._shown:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
        self._shown = ""


def check_new_password(password: Secret) -> None:
    """SecretError for a password that is too short to guard anything."""
    if len(password.reveal().decode("utf-8", "replace")) < _SHORTEST_PASSWORD:
        raise SecretError("password.short", least=_SHORTEST_PASSWORD)
