"""Where sentences end: abbreviations, and quotations inside a sentence."""

from __future__ import annotations

from itertools import pairwise

import pytest

from amts_ext.languages.sentences import NOTE, SLOT, boundaries


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("tr", ["Bkz. Şekil 3."]),
        ("tr", ["Ortalama için bkz. Bölüm 2. ", "Medyan sonra gelir."]),
        ("ja", ["「はい。」と彼は答えた。", "次の文。"]),
        ("ja", ["『どうして？』って聞かれた。"]),
        ("ja", ["「はい。」", "彼は答えた。"]),
        ("zh", ["“好。”他说。", "他走了。"]),
        ("zh", ["“好。”", "第二天他走了。"]),
        ("zh", ["有三辆车。", "2 个司机。", "好吗？", "3 个！"]),
        ("zh", ["他说：“好。”", "3 个人走了。"]),
        ("zh", ["他说：“好。3 个人走了。”", "版本1.2.3。", "完。"]),
        ("ja", ["バスが来た。", "3台です。", "約2.5mです。"]),
        ("vi", ["Ở TP. Hồ Chí Minh có xe buýt. ", "Xe đến muộn."]),
        ("pt", ["Na Av. Paulista há ônibus. ", "Chegam tarde."]),
        ("tr", ["M.Ö. 5. yüzyılda yoktu. ", "Sonra geldi."]),
        ("ko", ["그는 “네.”라고 말했다. ", "끝."]),
        ("pt", ["Veja a Fig. 3 e o cap. 2. ", "Depois, a Eq. 4."]),
        ("es", ["Véase la Fig. 3 y el cap. 2. ", "Luego, la Ec. 4."]),
        ("en", ["See Fig. 3 and Sec. 2. ", "Then Eq. 4."]),
        ("en", ["It is late.[1, 2] ", "We wait.[3–5] ", "[6] says so."]),
        ("en", [f"It is late.{NOTE}{NOTE} ", f"Is it?{NOTE} ", f"{SLOT} waits."]),
        ("en", [f"It is late.{NOTE}1{SLOT} ", f"{SLOT}We{SLOT} wait."]),
        ("zh", [f"晚点了。{NOTE}", "我们等。[1，2]", "他说。", f"{SLOT}是。"]),
        ("zh", ["晚点了。²", "我们等。", "[0, 1]是区间。"]),
    ],
)
def test_sentences(language: str, sentences: list[str]) -> None:
    text = "".join(sentences)
    ends = boundaries(text, language)
    assert [text[a:b] for a, b in pairwise([0, *ends])] == sentences
