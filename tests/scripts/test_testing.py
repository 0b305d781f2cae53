"""Tests of scripts.testing: a stage is green only when its tests ran, all of them, and passed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.testing.__main__ import main, selected
from scripts.testing.report import Counts, Result, closing, problem_of, read_junit
from scripts.testing.stages import GROUPS, STAGES, Stage

PASSES = "def test_a(): pass\n"
FAILS = "def test_b(): assert False\n"
SKIPS = "import pytest\n@pytest.mark.skip(reason='no chain')\ndef test_c(): pass\n"
EXPECTED = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_d(): assert False\n"
BROKEN = "import no_such_module\n"


def outcome(tmp_path: Path, text: str) -> tuple[int, Counts]:
    """Run a real pytest over one file; its exit code and what its report counts to."""
    (tmp_path / "test_it.py").write_text(text)
    junit = tmp_path / "it.xml"
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    done = subprocess.run(
        [*argv, "-c", "/dev/null", f"--junitxml={junit}", tmp_path],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
    )
    return done.returncode, read_junit(junit)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "passed", "failed", "problem"),
    [
        (PASSES, 1, 0, ""),
        (PASSES + EXPECTED, 2, 0, ""),
        (PASSES + FAILS, 1, 1, "1 failed, 1 passed"),
        (BROKEN, 0, 1, "1 failed, 0 passed"),
        (PASSES + SKIPS, 1, 0, "no chain"),
        ("", 0, 0, "exit code 5"),
    ],
)
def test_a_run_is_judged_by_its_report(
    tmp_path: Path, text: str, passed: int, failed: int, problem: str
) -> None:
    """Passing, expected to fail, failing, broken, skipped, and none at all."""
    code, counts = outcome(tmp_path, text)
    assert (counts.passed, counts.failed) == (passed, failed)
    said = problem_of(code, counts)
    assert problem in said
    assert bool(said) is bool(problem)


def test_no_tests_is_a_failure_whatever_the_exit_code() -> None:
    """A runner that ends well without a test has proved nothing."""
    assert problem_of(0, Counts()) == "no test ran"
    assert problem_of(0, None) == ""
    assert problem_of(2, None) == "ended with exit code 2"


def test_the_closing_line_sums_the_stages_up() -> None:
    """A stage that failed without a failed test still counts as one failure."""
    good = Result("unit", 61.2, "", Counts(40, 0))
    bad = Result("e2e", 2.0, "3 failed, 2 passed", Counts(2, 3))
    lint = Result("lint", 1.0, "ended with exit code 1")
    assert closing([good], 61.2).endswith("\n40 passed, 0 failed in 1 min 01 s")
    assert closing([good, bad], 63.2).endswith("\n42 passed, 3 failed in 1 min 03 s")
    assert closing([lint], 1.0).endswith("\n0 passed, 1 failed in 0 min 01 s")


def test_a_stage_does_not_meet_the_developers_own_data() -> None:
    """No variable of ours comes in from outside, and HOME lies in the checkout."""
    stage = Stage("x", (("/somewhere/bin/pytest",),), True, {"JIAOZI_E2E_DATABASE": "sqlite"})
    came = {"JIAOZI_HOME": "/home/me/.jiaozi", "JIAOZI_TEST_PROFILE": "nightly", "HOME": "/home/me"}
    env = stage.environment({**came, "PATH": "/usr/bin", "PYTHONPATH": "/elsewhere"})
    assert env.pop("HOME").endswith("/.cache/home")
    assert env == {
        "JIAOZI_TEST_PROFILE": "nightly",
        "JIAOZI_E2E_DATABASE": "sqlite",
        "PATH": "/somewhere/bin:/usr/bin",
    }


def test_every_check_is_part_of_all() -> None:
    """A stage that `make test` forgot would never fail."""
    assert set(GROUPS["all"]) == {name for name in STAGES if not name.startswith("write-")}
    assert [stage.name for stage in selected(["e2e"])] == ["e2e-sqlite", "e2e-postgresql"]


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the names that there are."""
    assert main(["nothing"]) == 2
    assert "lint" in capsys.readouterr().err
