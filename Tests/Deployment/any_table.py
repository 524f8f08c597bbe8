# SPDX-License-Identifier: Apache-2.0
"""Tables that nobody here has seen, each with what banks, exports and people put into one."""

import csv
import io
import json
import pathlib
import random
import subprocess
from dataclasses import dataclass

SCORED = 9


@dataclass
class AnyTable:
    """The bytes of a table, and what its user knows of it."""

    name: str
    content: bytes
    label: str
    delimiter: str = ","
    has_decimal_comma: bool = False

    @property
    def options(self):
        return ["--decimal-comma"] if self.has_decimal_comma else []

    def rows(self):
        text = io.StringIO(self.content.decode("utf-8-sig"), newline="")
        return list(csv.DictReader(text, delimiter=self.delimiter))[:SCORED]


def write(rows, delimiter=",", end="\n", mark=""):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows(rows)
    return (mark + text.getvalue()).encode()


def export():
    """As a spreadsheet of a German bank saves it."""
    draw = random.Random(1)
    names = ["Antragsnummer", "Betrag (€)", "Zweck; Details", "class", "lambda", "Währung",
             "leer", "seit", "geprüft", "Ergebnis des Vorgangs", "Ausgang"]
    purposes = ["Auto; neu", 'das "große" Haus', "Schule,\nund mehr", "", "ÄÖÜ ß 日本"]
    rows = [names]
    for row in range(400):
        amount = draw.uniform(100, 90_000)
        is_bad = draw.random() < 0.2 + amount / 200_000
        rows.append([
            f"A-{row:06}", f"{amount:.2f}".replace(".", ","), draw.choice(purposes),
            draw.choice(["1", "2", "3", ""]), f"{draw.gauss(0, 1):.4e}".replace(".", ","), "EUR",
            "", f"{draw.randint(1, 28):02}.{draw.randint(1, 12):02}.20{draw.randint(10, 24)}",
            draw.choice(["yes", "no", ""]),
            "verloren" if is_bad else "bezahlt", "schlecht" if is_bad else "sehr gut"])
    return AnyTable("export", write(rows, ";", "\r\n", "\ufeff"), "Ausgang=schlecht", ";", True)


def wide():
    """Hundreds of columns of every kind, codes that are categories among them."""
    draw = random.Random(2)
    kinds = ["number", "code", "word", "date", "compact", "truth", "empty"]
    names = [f"{kinds[place % len(kinds)]} {place}" for place in range(350)]

    def day():
        return f"20{draw.randint(10, 24)}", f"0{draw.randint(1, 9)}", f"1{draw.randint(0, 9)}"

    def cell(name):
        if draw.random() < 0.05:
            return draw.choice(["", "NA", "null"])
        match name.split()[0]:
            case "number": return f"{draw.gauss(0, 1000):.3f}"
            case "code": return f"{draw.choice([7, 11, 400])}"
            case "word": return draw.choice(["x,y", 'say "z"', " padded ", "other"])
            case "date": return "-".join(day())
            case "compact": return "".join(day())
            case "truth": return draw.choice(["True", "FALSE"])
            case _: return ""

    rows = [[*names, "default"]]
    for _ in range(120):
        cells = [cell(name) for name in names]
        rows.append([*cells, "1" if draw.random() < 0.3 else "0"])
    return AnyTable("wide", write(rows), "default")


def branches():
    """A category of 60,000 values."""
    draw = random.Random(3)
    rows = [["branch", "amount", "bad"]]
    for row in range(61_000):
        branch = row if row < 60_000 else draw.randrange(1000)
        rows.append([f"branch {branch}", f"{draw.random():.4f}", "TRUE" if branch % 3 else "FALSE"])
    rows[1:] = draw.sample(rows[1:], len(rows) - 1)
    return AnyTable("branches", write(rows), "bad")


def loss():
    """Numbers to predict, tabs, and names that mean something to programs."""
    draw = random.Random(4)
    names = ["instances", "a.b/c", 'the "quoted", name', "__proto__", "None", "sample", "loss"]
    rows = [names]
    for _ in range(300):
        numbers = [draw.gauss(0, 1) for _ in range(4)]
        rows.append([f"{number:.5f}" for number in numbers] + [
            draw.choice(["yes", "no"]), draw.choice(["low", "high", ""]),
            f"{numbers[0] * 3 + numbers[1] + draw.gauss(0, 0.1):.4f}"])
    return AnyTable("loss", write(rows, "\t"), "loss", "\t")


def columns():
    """2,000 columns with long names, few rows."""
    draw = random.Random(5)
    names = [f"exposure_of_the_applicant_in_month_{place}" for place in range(2_000)]
    rows = [[*names, "outcome"]]
    for _ in range(60):
        numbers = [f"{draw.random():.6f}" for _ in names]
        rows.append([*numbers, "bad" if float(numbers[7]) > 0.5 else "good"])
    return AnyTable("columns", write(rows), "outcome=bad")


def crowd():
    """Categories with very many rare values, and codes: most columns say nothing."""
    draw = random.Random(6)
    rows = [["id", "merchant", "product", "note", "answer", "bad"]]
    for row in range(500):
        is_bad = draw.random() < 0.3
        rows.append([
            f"{row + 1}", f"shop {int(300 * draw.random() ** 4)}", f"P{draw.randint(1, 5)}",
            "free text " * 20, "9" if is_bad else "1", "y" if is_bad else "n"])
    return AnyTable("crowd", write(rows), "bad=y")


TABLES = [export, wide, branches, loss, columns, crowd]


def run(program, *arguments):
    """The output and the messages of a command that succeeds."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


class Trained:
    """A table whose schema was learned, and a model that was trained on it."""

    def __init__(self, program, folder, table):
        self.table, self.folder = table, pathlib.Path(folder) / table.name
        self.folder.mkdir()
        self.file = self.folder / "table.csv"
        self.file.write_bytes(table.content)
        text, self.findings = run(program, "schema", self.file, "--label", table.label,
                                  *table.options)
        self.schema = json.loads(text)
        (self.folder / "schema.json").write_text(text)
        run(program, "data", "--local-path", self.file, "--schema", self.folder / "schema.json",
            "--target-path", self.folder / "data", "--seed", 1, *table.options)
        self.report, _ = run(program, "train", "--local-data-path", self.folder / "data",
                             "--local-model-path", self.folder / "models",
                             "--model-name", table.name, "--rounds", 5, "--max-depth", 3,
                             "--min-child-weight", 1)
        self.kinds = {each["column"]: each["kind"] for each in self.schema["features"]}
        self.records = [self.record(row) for row in table.rows()]
        # One row that the model has never seen the like of, and one that says nothing.
        for name, kind in self.kinds.items():
            self.records[1][name] = None
            if kind == "category":
                self.records[0][name] = "a category that is not known"

    def record(self, row):
        """The row as an object of JSON: numbers as numbers, all else as texts."""
        def cell(name):
            text = row[name].strip()
            if text in ["", "NA", "null"]:
                return None
            if self.kinds[name] != "number":
                return text
            return float(text.replace(",", ".") if self.table.has_decimal_comma else text)
        return {name: cell(name) for name in self.kinds}

    def csv(self):
        """The records as a table that every reader of tables reads."""
        rows = [["" if value is None else value for value in record.values()]
                for record in self.records]
        return write([list(self.kinds), *rows])
