"""Testing: `python -m scripts.testing STAGE…` runs stages in order up to the first failure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from scripts.testing.report import Counts, Result, closing, problem_of, read_junit
from scripts.testing.stages import GROUPS, REPORTS, STAGES, Stage
from scripts.toolchain import ROOT, ToolMissingError, build_env


def run_stage(stage: Stage) -> Result:
    """Run a stage's commands with their output as it comes."""
    print(f"\n── {stage.name} " + "─" * (70 - len(stage.name)), flush=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    junit = REPORTS / f"{stage.name}.xml"
    junit.unlink(missing_ok=True)  # never read a former run's counts
    # the older form may hold what a test records
    report = (f"--junitxml={junit}", "-o", "junit_family=xunit1") if stage.counts_tests else ()
    base = {**build_env(), "HOME": os.environ.get("HOME", str(ROOT))}
    env = stage.environment(base)
    if minutes := env.get("JIAOZI_TEST_MINUTES"):
        env["JIAOZI_TEST_UNTIL"] = f"{time.time() + 60 * float(minutes)}"
    began, code = time.monotonic(), 0
    for command in stage.commands:
        code = subprocess.run([*command, *report], cwd=ROOT, env=env, check=False).returncode
        if code != 0:
            break
    counts = _counts(stage)
    return Result(stage.name, time.monotonic() - began, problem_of(code, counts), counts)


def _counts(stage: Stage) -> Counts | None:
    if not stage.counts_tests:
        return None
    junit = REPORTS / f"{stage.name}.xml"
    return read_junit(junit) if junit.exists() else Counts()


def selected(names: list[str]) -> list[Stage]:
    """The stages that these names of stages and groups stand for. Raises KeyError."""
    return [STAGES[stage] for name in names for stage in GROUPS.get(name, (name,))]


def main(arguments: list[str]) -> int:
    """Run the named stages; 0 only when all of them are well."""
    try:
        todo = selected(arguments)
    except KeyError as unknown:
        print(f"no stage {unknown}: {', '.join([*STAGES, *GROUPS])}", file=sys.stderr)
        return 2
    if not todo:
        print("usage: python -m scripts.testing STAGE…", file=sys.stderr)
        return 2
    # Started in the background by a shell, we would hand an ignored Ctrl-C on to every test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    began, results = time.monotonic(), list[Result]()
    try:
        for stage in todo:
            results.append(run_stage(stage))
            if results[-1].problem:
                break
    except ToolMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    print(closing(results, time.monotonic() - began))
    broken = results[-1].problem
    if broken:
        left = [stage.name for stage in todo[len(results) :]]
        print(f"stopped at {results[-1].name}; not run: {', '.join(left) or 'nothing else'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
