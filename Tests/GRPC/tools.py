# SPDX-License-Identifier: Apache-2.0
"""What the scripts of this folder share: tools of other languages, stubs of proto/, and a server
with a model whose scores HTTP says."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "Tests/Python"), str(ROOT / "Tests/Drills")]

from protocol_model import CATEGORIES, applications, predicted  # noqa: E402
from served import MODEL, Model, Server  # noqa: E402

# Applications that are scored.
ROWS = 320
# What a client in another language is made of is kept there.
WORK = ROOT / ".cache/grpc"


def require(commands, packages):
    """Ends the script where a command is missing, with what installs it."""
    missing = [command for command in commands if not shutil.which(command)]
    if missing:
        sys.exit(f"{', '.join(missing)} missing: apt-get install {' '.join(packages)}")


def run(*command, environment=(), **options):
    """The output of a command, which must succeed."""
    outcome = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                             env={**os.environ, **dict(environment)}, **options)
    if outcome.returncode != 0:
        sys.exit(f"{command[0]}: exit {outcome.returncode}\n{outcome.stdout}{outcome.stderr}")
    return outcome.stdout


def protoc(files, *options):
    """Makes the stubs of files of proto/."""
    run("protoc", f"--proto_path={ROOT / 'proto'}", *options, *files)


@contextlib.contextmanager
def served():
    """A server with a small model, and ROWS applications as columns with the scores of HTTP."""
    model = Model(rows=4_000, rounds=20)
    shutil.copy(f"{model.root}/applications.csv", f"{model.root}/a.csv")
    with Server(model, "--model", f"{MODEL}=models,data") as server:
        columns = applications(model.root, ROWS)
        yield server, columns, predicted(f"http://127.0.0.1:{server.http_port}", columns)


def write_table(path, columns):
    """The columns as a table with tabs, numbers with a # before their names."""
    names = [name if name in CATEGORIES else f"#{name}" for name in columns]
    rows = zip(*columns.values())
    lines = ["\t".join(names), *("\t".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
