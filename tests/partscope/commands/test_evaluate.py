"""``partscope evaluate``: scores as tables of fixed width."""

from __future__ import annotations

from partscope.commands.evaluate import section_table, table
from search.evaluation.scores import Evaluation, RetrievalScore, TranslationScore


def test_scores_stand_below_their_headings() -> None:
    evaluation = Evaluation(
        {"image": RetrievalScore(0.5, 0.25, 0.125, 40), "fused": RetrievalScore(1, 1, 1, 7)},
        {"de_en": TranslationScore(0.75, 1.0, 12)},
    )
    lines = table(evaluation).splitlines()
    assert [line.split() for line in lines] == [
        ["retrieval", "P@1", "P@10", "mAP@10", "n"],
        ["image", "0.500", "0.250", "0.125", "40"],
        ["fused", "1.000", "1.000", "1.000", "7"],
        [],
        ["translation", "hit@1", "hit@10", "n"],
        ["de_en", "0.750", "1.000", "12"],
    ]
    assert len({len(line) for line in lines if line}) == 1


def test_nothing_to_measure_is_said() -> None:
    assert table(Evaluation({}, {})) == (
        "nothing to measure: no two parts share a value of this label"
    )


def test_a_section_is_as_wide_as_its_longest_name_and_shows_six_scores() -> None:
    scores = {f"score{place}": place / 10 for place in range(8)}
    lines = section_table("clustering", {"a-long-name-of-a-run@1": scores, "b@2": scores})
    heading, *rows = lines.splitlines()
    assert heading.split() == ["clustering", *(f"score{place}" for place in range(6))]
    assert rows[1].split() == ["b@2", "0.000", "0.100", "0.200", "0.300", "0.400", "0.500"]
    assert len({len(line) for line in (heading, *rows)}) == 1
