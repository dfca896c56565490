"""``[amts] parallel_data``: the service of a build learns from a book's pairs, once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support.adapting import chinese, portuguese, without

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from amts_ext import translate_book
from amts_ext.config import load
from amts_ext.errors import ConfigError, InputError
from amts_ext.translators.embedded import ENGINE, Embedded, Loopback, from_config
from amts_ext.translators.lessons import read_pairs

CONFIG = """[project]
name = small
lang = en

[build]
notebooks = *.md

[amts]
langs = {lang}
parallel_data = pairs.tsv
"""
LOSS = "The loss function of the model grows with the learning rate."
UNSEEN = "The variance of $x_7$ is stable."


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write a book in, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(book: Path, pairs: Mapping[str, str], code: str, text: str, lang: str) -> None:
    rows = [("en", code), *pairs.items()]
    (book / "pairs.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in rows), "utf-8")
    (book / "config.ini").write_text(CONFIG.format(lang=lang))
    (book / "a.md").write_text(f"{text}\n")


def built(book: Path, lang: str) -> str:
    return (book / f"_build/translated/{lang}/a.md").read_text("utf-8").strip()


@pytest.mark.slow
def test_a_build_translates_in_the_words_of_the_pairs(book: Path) -> None:
    write(book, portuguese(), "pt-BR", LOSS, "pt")
    plain = load("config.ini", parallel_data="")
    translate_book(plain)
    assert "função de perda" in built(book, "pt")
    first = translate_book("config.ini")["pt"]
    assert "função de custo" in built(book, "pt")
    assert first.counts["machine"] == 1
    again = translate_book("config.ini")["pt"]
    assert (again.counts["machine"], again.counts["memory"]) == (0, 1)


def test_other_pairs_translate_again_the_same_in_another_file_do_not(book: Path) -> None:
    write(book, portuguese(), "pt", LOSS, "pt")
    signature = from_config(load("config.ini")).signature("en", "pt")
    assert "+parallel=pairs-en-pt@" in signature
    assert "+parallel" not in from_config(load("config.ini")).signature("en", "es")
    rows = portuguese().items()
    (book / "same.csv").write_text("\ufeffen,pt-BR\n" + "".join(f"{s},{t}\n" for s, t in rows))
    same = load("config.ini", parallel_data="same.csv")
    assert from_config(same).signature("en", "pt") == signature
    write(book, without(portuguese(), next(iter(portuguese()))), "pt", LOSS, "pt")
    assert from_config(load("config.ini")).signature("en", "pt") != signature


@pytest.mark.slow
def test_a_language_without_an_engine_gets_drafts_by_one_training(
    book: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(book, without(chinese(), UNSEEN), "zh-CN", UNSEEN, "zh")
    config = load("config.ini")
    assert config.parallel_data
    pairs = read_pairs(config.parallel_data, "en")
    for number in (1, 2):  # the second has a memory of its own, and trains nothing
        offline = Embedded(Loopback(ENGINE, offline=True, workers=1), ENGINE, pairs=pairs)
        memory = load("config.ini", memory=f"memory-{number}.sqlite")
        assert translate_book(memory, translator=offline)["zh"].counts["machine"] == 1
        assert built(book, "zh") == "$x_7$的方差很稳定。"
        [folder] = (book / "cache/amts/adaptation").glob("statistical-en-zh-*")
        (folder / "mark").touch()
    assert (folder / "mark").exists()
    assert caplog.text.count("zh: drafts by statistical-en-zh-") == 2


@pytest.mark.slow
def test_one_file_of_several_languages_teaches_those_that_are_built(book: Path) -> None:
    two = {s: f"{t}\tEl {i}." for i, (s, t) in enumerate(portuguese().items())}
    write(book, two, "pt\tes", LOSS, "pt")
    before = from_config(load("config.ini"))
    translate_book("config.ini")
    assert "função de custo" in built(book, "pt")
    assert [f.name[:16] for f in (book / "cache/amts/adaptation").iterdir()] == ["corrected-en-pt-"]
    write(book, {s: t.replace("El", "La") for s, t in two.items()}, "pt\tes", LOSS, "pt")
    after = from_config(load("config.ini"))
    assert before.signature("en", "pt") == after.signature("en", "pt")
    assert before.signature("en", "es") != after.signature("en", "es")


@pytest.mark.slow
def test_too_few_pairs_are_told(book: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(book, dict(list(chinese().items())[:10]) | {"": "空"}, "zh", UNSEEN, "zh")
    pairs = read_pairs(book / "pairs.tsv", "en")
    offline = Embedded(Loopback(ENGINE, offline=True, workers=1), ENGINE, pairs=pairs)
    result = translate_book("config.ini", translator=offline)["zh"]
    assert result.counts["untranslated"] == 1
    assert "10 pairs, at least 100 are needed" in caplog.text
    assert "pairs.tsv: 1 rows or fields are not used" in caplog.text


def test_what_cannot_be_used_is_one_line(book: Path) -> None:
    write(book, {"Ein Tag.": "一天。"}, "zh", UNSEEN, "zh")
    (book / "pairs.tsv").write_text("de\tzh\nEin Tag.\t一天。\n", "utf-8")
    config = load("config.ini")
    with pytest.raises(InputError, match=r"pairs\.tsv: .*holds no pairs from en"):
        translate_book(config)
    with pytest.raises(ConfigError, match=r"there is no file .*gone\.tmx"):
        load("config.ini", parallel_data="gone.tmx")
    text = (book / "config.ini").read_text()
    aws = (
        "bucket = b\nrole_arn = arn:aws:iam::123456789012:role/t\n[translation]\ntranslator = aws\n"
    )
    (book / "config.ini").write_text(text + aws)
    with pytest.raises(ConfigError, match=r"config.ini:10: .*amts parallel-data push FILE"):
        load("config.ini")


def test_a_build_names_drafts_that_come_from_the_memory_too(book: Path) -> None:
    """The service does not run for them, so it is not the one that says so."""
    from amts_ext.d2lbook_ext.destination import Destination
    from amts_ext.model import Document, Segment
    from amts_ext.pages.authors import Author
    from amts_ext.pipeline.book import Book
    from amts_ext.text.outcome import Outcome, Source, Status, TranslatedDocument

    for lang, pairs, drafts in (("zh", chinese(), True), ("pt", portuguese(), False)):
        write(book, pairs, lang, UNSEEN, lang)
        assert Book(load("config.ini")).translator.drafts("en", lang) == drafts
    (book / "config.ini").write_text(CONFIG.format(lang="zh").replace("parallel_data", "; none"))
    assert not Book(load("config.ini")).translator.drafts("en", "zh")

    def drafts_of(done: Destination) -> int:
        return sum(each.author is Author.DRAFT for each in done.sentences())

    segment = Segment(("A.",), 0, 2, 1, 0)
    outcomes = [Outcome(segment, status) for status in (*Status, Status.MEMORY)]
    path = book / "out/a/b.md"
    for made_drafts, count in ((True, 3), (False, 0)):
        source = Source("a/b.md", path, "d2l")
        done = Destination({path: source}, book / "out", "zh", made_drafts)
        read = Document("a/b.md", "A.", ())
        done(TranslatedDocument("a/b.md", "text", read, "A.", tuple(outcomes), source))
        assert drafts_of(done) == count
        source = Source("title", "A.", "md")
        title = Destination({None: source}, book / "out", "zh", made_drafts)
        title(TranslatedDocument("title", "text", read, "A.", tuple(outcomes), source))
        assert drafts_of(title) == count


def test_documents_find_their_place_in_any_order(tmp_path: Path) -> None:
    """Two tabs of one section have the same name: only where they were read tells them apart."""
    from amts_ext.d2lbook_ext.destination import Destination
    from amts_ext.model import Document
    from amts_ext.text.outcome import Source, TranslatedDocument

    tabs = {tmp_path / tab / "a.ipynb": tab for tab in ("eval_one", "eval_two", "eval_three")}
    sources = {path: Source("a.ipynb", path, "ipynb") for path in tabs}
    done = Destination(sources, tmp_path, "zh")
    read = Document("a.ipynb", "", ())
    for path in reversed([*tabs][1:]):  # one could not be read
        done(TranslatedDocument("a.ipynb", tabs[path], read, "", (), sources[path]))
    written = {p.parent.name: p.read_text("utf-8") for p in tmp_path.rglob("zh/*/a.ipynb")}
    assert written == {"eval_two": "eval_two", "eval_three": "eval_three"}
    assert done.written == {*tabs} - {next(iter(tabs))}
