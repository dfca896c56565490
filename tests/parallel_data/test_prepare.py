"""``amts parallel-data prepare`` on a book, two sides and files: what is kept, what is not, why."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support.tiny import A_PT, B_PT, CONFIG, A, B, answer, make, pairs

from amts_ext.cli import main
from amts_ext.config import load
from amts_ext.errors import InputError
from amts_ext.pairs import exchange
from amts_ext.parallel_data import of_book


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny book; the current folder."""
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_book_in_two_languages(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = answer(capsys)
    assert code == 0 and told["pairs"] == {"kept": 16} and told["documents"] == 4
    [first, *_] = exchange.read(book / "pairs.tmx").rows
    assert (first.source, dict(first.targets)) == ("The Mean", {"zh": "均值", "pt": "A média"})
    rows = pairs("pairs.tmx")
    assert rows["It moves when one value moves."] == "只要一个值变动，它就会变动。"
    assert not any("print" in source for source in rows), "code is no prose"


def test_paragraphs(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = answer(capsys, "--granularity", "paragraph", "--lang", "pt", "-o", "p.csv")
    assert code == 0 and told["rows"] == 5
    rows = pairs("p.csv")
    assert rows["Sort the values and take the middle one. A table is not a picture."] == (
        "Ordene os valores e tome o do meio. Uma tabela não é uma figura."
    )


def test_every_pair_knows_its_places_kind_and_score(book: Path) -> None:
    done = of_book(load("config.ini"), ["zh"])
    moves = next(pair for pair in done.kept if pair.source.startswith("It moves"))
    assert (moves.source_place, moves.target_place) == ("a.md:3", "zh/a.md:3")
    assert moves.kind == "sentence" and 0.5 < moves.score <= 1 and moves.document == "a.md"
    whole = of_book(load("config.ini"), ["zh"], granularity="paragraph")
    assert [pair.kind for pair in whole.kept][:2] == ["title", "paragraph"]


# --- plain text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_list_of_terms_is_read_line_by_line(
    book: Path, capsys: pytest.CaptureFixture[str], gap: str
) -> None:
    words = "These are words. We use them often. They are short.\n"
    (book / "en.txt").write_text(
        f"mean\nA sum divided by its count.\nmedian\nThe middle.\n\n{words}"
    )
    human = f"média\nUma soma dividida pela contagem.{gap}mediana\nO meio.\n\n"
    human += "Estas são palavras. Nós as usamos com frequência. Elas são curtas.\n"
    (book / "pt.txt").write_text(human, "utf-8")
    arguments = ("--source", "en.txt", "--target", "pt.txt", "--lang", "pt", "-o", "terms.csv")
    assert answer(capsys, *arguments)[1]["pairs"]["kept"] == 7
    rows = pairs("terms.csv")
    assert (rows["mean"], rows["median"], rows["The middle."]) == ("média", "mediana", "O meio.")


def test_wrapped_lines_of_plain_text_are_one_paragraph(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "en.txt").write_text(
        "The mean moves when one of its\nvalues moves a little bit.\n\nIt is so.\n"
    )
    text = "A média se move quando um de\nseus valores se move um pouco.\n\nÉ assim.\n"
    (book / "pt.txt").write_text(text, "utf-8")
    answer(capsys, "--source", "en.txt", "--target", "pt.txt", "--lang", "pt", "-o", "t.csv")
    assert "The mean moves when one of its values moves a little bit." in pairs("t.csv")


# --- two sides -----------------------------------------------------------------------------------


def test_two_files_and_two_folders(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--source", "a.md", "--target", "zh/a.md", "--lang", "zh")
    assert answer(capsys, *arguments)[1]["pairs"] == {"kept": 5}
    (book / "en").mkdir()
    for name, text in (("a.md", A), ("b.md", B), ("only.md", "Nobody translated this.\n")):
        (book / "en" / name).write_text(text)
    code, told = answer(capsys, "--source", "en", "--target", "zh", "--lang", "zh")
    assert code == 0 and told["pairs"] == {"kept": 8}
    assert told["left_out"]["files without a partner"] == 1


def test_a_language_in_capitals_and_a_file_of_no_format(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = ["--source", "a.md", "--target", "zh/a.md", "--lang", "ZH,zh", "--from", "EN"]
    code, told = answer(capsys, *sides)
    assert code == 0 and told["pairs"]["kept"] > 2
    assert main(["parallel-data", "prepare", *sides[:3], "config.ini", *sides[4:]]) == 2
    allowed = "allowed: .md, .markdown, .qmd, .rmd, .ipynb, .html, .htm, .xhtml, .txt"
    assert f"config.ini: no format reads '.ini' files; {allowed}\n" in capsys.readouterr().err


def test_a_held_out_document_with_a_blank_in_its_name(book: Path) -> None:
    (book / "a.md").rename(book / "an a.md")
    (book / "zh/a.md").rename(book / "zh/an a.md")
    (book / "config.ini").write_text(CONFIG + "held_out = an a.md,\n    an a\n")
    assert of_book(load(book / "config.ini"), ["zh"]).held_out == ["an a.md"]


def test_two_revisions(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repository that was translated in place: the original is only in its history."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=book, check=True, capture_output=True)

    git("init", "-q")
    git("add", "a.md", "b.md")
    git("commit", "-qm", "English")
    git("tag", "original")
    (book / "a.md").write_text(A_PT, "utf-8")
    (book / "b.md").write_text(B_PT, "utf-8")
    git("commit", "-qam", "Portuguese")
    code, told = answer(
        capsys, "--source", "original:", "--target", "HEAD:", "--lang", "pt", "-o", "p.csv"
    )
    assert code == 0 and told["pairs"] == {"kept": 8}
    assert pairs("p.csv")["The Mean"] == "A média"
    code, told = answer(
        capsys, "--source", "original:a.md", "--target", "a.md", "--lang", "pt", "-o", "p.csv"
    )
    assert told["pairs"] == {"kept": 5}
    sides = ["--source", "nowhere:a.md", "--target", "a.md", "--lang", "pt"]
    assert main(["parallel-data", "prepare", *sides]) == 2
    assert "nowhere:a.md: no file, folder or revision: git says" in capsys.readouterr().err


def test_notebooks_pages_and_plain_text(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("en", A), ("pt", A_PT)):
        cells = [{"cell_type": "markdown", "metadata": {}, "source": text}]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (book / f"{name}.ipynb").write_text(json.dumps(notebook))
    (book / "en.html").write_text(
        "<html lang=en><title>x</title><nav>Menu</nav><h1>The Mean</h1>\n<p>It moves when one"
        " value moves. See <code>mean(x)</code>.</p><pre>print(1)</pre></html>"
    )
    (book / "pt.html").write_text(
        "<html lang=pt><nav>Menu</nav><h1>A média</h1><p>Ela se move quando um valor se move.\n"
        "Veja <code>mean(x)</code>.</p><pre>print(1)</pre></html>"
    )
    (book / "en.txt").write_text("The mean moves.\n\nThe median stays where it is.\n")
    (book / "pt.txt").write_text("A média se move.\n\nA mediana fica onde está.\n", "utf-8")
    for suffix, count in ((".ipynb", 5), (".html", 3), (".txt", 2)):
        sides = ("--source", f"en{suffix}", "--target", f"pt{suffix}")
        code, told = answer(capsys, *sides, "--lang", "pt", "-o", "p.csv", "--format", "d2l")
        assert (code, told["pairs"]) == (0, {"kept": count}), suffix
    assert pairs("p.csv")["The mean moves."] == "A média se move."


# --- bad input: a clear message, and the good rest is used ---------------------------------------


def test_documents_that_cannot_be_used(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (book / "zh/a.md").write_text(A, "utf-8")
    (book / "pt/a.md").write_bytes(A_PT.encode("latin-1"))
    (book / "pt/b.md").write_text("")
    code = main(["parallel-data", "prepare", "-o", "p.csv"])
    err = capsys.readouterr().err
    assert code == 1 and set(pairs("p.csv").values()) == {
        "中位数", "把各个值排序，取中间的那一个。", "表格不是图形。",
    }  # fmt: skip
    assert "zh/a.md:1: is in en, not in zh; nothing of it was used" in err
    assert "pt/a.md:1: not UTF-8 (byte 0xe9); save the file as UTF-8" in err
    assert "pt/b.md:1: holds no prose; nothing of it was used" in err


def test_a_file_in_a_sister_language(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "# La media\n\nLa media es la suma de todos los valores dividida entre su número. "
        "Se mueve cuando un valor se mueve. Vea la otra sección.\n"
    )
    (book / "pt/a.md").write_text(text, "utf-8")
    code = main(["parallel-data", "prepare", "--lang", "pt"])
    assert code == 1 and "pt/a.md:1: is in es, not in pt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "a.md", "--lang", "zh"], "--source and --target belong together"),
        (["--target", "zh"], "--source and --target belong together"),
        (["--about", "tomatoes"], "--about chooses among crawled pages"),
        (["here.csv", "-o", "./here.csv"], "here.csv: -o would replace the pairs that are read"),
        (["here.csv", "--lang", "pt"], "here.csv: holds no pairs from en to pt; it has: zh"),
        (["head.csv"], "head.csv: holds no pairs from en to any language; it has: none"),
        (["here.csv", "--config", "x/config.ini", "--held-out", "x"], "there are none"),
        (["--source", "a.md", "--target", "zh", "--lang", "zh"], "one is a file, the other"),
        (["--source", "en", "--target", "zh", "--lang", "zh"], "en: no such file or folder"),
        (["x.csv", "--source", "a.md"], "choose one"),
        (["x.csv"], "x.csv: cannot be read: No such file"),
        (["-o", "pairs.txt"], "pairs.txt: -o needs the suffix .tmx, .csv or .tsv"),
        (["--lang", "xx"], "unknown language 'xx'"),
    ],
)
def test_wrong_use(
    arguments: list[str], message: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "x").mkdir()
    (book / "x/config.ini").write_text("[project]\nname = x\n[build]\nnotebooks = none\n")
    (book / "here.csv").write_text("en,zh\nOne day.,一天。\n", "utf-8")
    (book / "head.csv").write_text("en,zh\n")
    assert main(["parallel-data", "prepare", *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err and len(err.splitlines()) == 1
    assert not (book / "pairs.tmx").exists()


def test_a_report_replaces_nothing_but_a_report(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "here.csv").write_text("en,zh\nOne day.,一天。\n", "utf-8")
    (book / "notes.html").write_text("<!DOCTYPE html>\n<title>Notes</title>")
    (book / "empty.html").write_text("")
    run = ["parallel-data", "prepare", "here.csv", "-o", "p.csv", "--report"]
    for name in ("here.csv", "p.csv", "notes.html", "zh"):
        before = (book / name).read_bytes() if (book / name).is_file() else None
        assert main([*run, name]) == 2
        err = capsys.readouterr().err
        assert err == f"amts: {name}: --report would replace what is no report; name another file\n"
        assert before is None or (book / name).read_bytes() == before
    assert not (book / "p.csv").exists()
    for name in ("new.html", "new.html", "empty.html"):
        assert main([*run, name]) == 0
        assert "Parallel data" in (book / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "own", "text"),
    [
        ("zh-CN", "zh", "一辆公交车在等着。"),
        ("ZH", "zh", "一辆公交车在等着。"),
        ("pt-BR", "pt", "Um ônibus espera."),
        ("es-MX", "es", "Un camión espera."),
        ("zh-TW", "zh-TW", "一輛公車在等著。"),
    ],
)
def test_languages_of_a_file_are_spelled_as_the_profiles_are(
    code: str, own: str, text: str, book: Path
) -> None:
    (book / "x.csv").write_text(f"en,{code}\nOne bus waits.,{text}\n", "utf-8")
    assert main(["parallel-data", "prepare", "x.csv", "-o", "p.tsv"]) == 0
    assert (book / "p.tsv").read_text("utf-8").splitlines()[0] == f"en\t{own}"


def test_folders_that_do_not_match(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (book / "empty").mkdir()
    sides = ["--source", "zh", "--target", "empty", "--lang", "zh"]
    assert main(["parallel-data", "prepare", *sides]) == 2
    assert "empty: no file here has an original" in capsys.readouterr().err


def test_a_damaged_file_of_pairs_is_used_as_far_as_it_goes(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "x.csv").write_bytes(
        b'en,pt\nOne day.,Um dia.\na,"b" c\nTwo days.,Dois dias.\n\xff,x\n'
    )
    code, told = answer(capsys, "x.csv", "--lang", "pt", "-o", "p.csv")
    assert code == 1 and told["pairs"] == {"kept": 2}
    assert told["left_out"]["rows that cannot be read"] == 2


def test_what_a_csv_file_cannot_hold_is_told(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "x.csv").write_text("en,pt\nOne day.,Um dia.\n- Two days.,- Dois dias.\n")
    code, told = answer(capsys, "x.csv", "--lang", "pt", "-o", "p.csv", "--report", "r.html")
    assert code == 0 and told["rows"] == 1 and told["pairs"] == {"kept": 2}
    assert told["left_out"]["rows that the format cannot hold"] == 1
    assert "x.csv:3: the source begins with" in (book / "r.html").read_text("utf-8")
    assert main(["parallel-data", "prepare", "x.csv", "--lang", "pt", "-o", "p.csv"]) == 0
    said = capsys.readouterr()
    assert "x.csv:3: the source begins with '-'" in said.err and "use TMX" in said.err
    assert "1 rows that the format cannot hold" in said.out
    assert answer(capsys, "x.csv", "--lang", "pt", "-o", "p.tmx")[1]["rows"] == 2


def test_tmx_of_a_translation_tool(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Codes with regions, inline tags, and a suggestion of a machine."""
    unit = (
        '<tu><tuv xml:lang="EN-US"><seg>{0} <bpt i="0" x="0">&lt;b0&gt;</bpt>day'
        '<ept i="0">&lt;/b0&gt;</ept>.</seg></tuv>'
        '<tuv xml:lang="PT-BR"{2}><seg>{1} dia.</seg></tuv></tu>'
    )
    units = unit.format("One", "Um", "") + unit.format("Another", "Outro", ' changeid="MT"')
    (book / "tool.tmx").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        f'<tmx version="1.4"><header srclang="*all*"/><body>{units}</body></tmx>'
    )
    code, told = answer(capsys, "tool.tmx", "--lang", "pt", "-o", "p.csv")
    assert code == 0 and told["pairs"] == {"kept": 1, "made by a machine": 1}
    assert Path("p.csv").read_text() == "en,pt\nOne day.,Um dia.\n"


def test_push_sends_what_prepare_keeps(book: Path) -> None:
    """One way to the pairs: the examples of both are the same."""
    done = of_book(load("config.ini"), ["zh", "pt"])
    rows = exchange.usable(done.examples, "tmx").rows
    assert [row.source for row in rows] == list(dict.fromkeys(p.source for p in done.kept))
    with pytest.raises(InputError, match="set human_es"):
        of_book(load("config.ini"), ["es"])
