"""Checking and correcting the groups: each decision is kept for good and shown at once.

::

    with Catalog.open("./partscope-data") as catalog, Reviewer(catalog, who="anna") as review:
        review.rename(7, label_de="Zylinderschraube", why="DIN 912")
        review.move("P-4711", 7)
        review.undo(review.log()[-1].number)
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from catalog.errors import UsageError
from catalog.opened import OpenedCatalog
from clustering.api import stores_of
from clustering.review.decision_draft import DecisionDraft
from clustering.review.show_decision import show_decision
from clustering.runs import run_store
from clustering.runs.decision_log import append_decision, read_decisions
from clustering.runs.decisions import Decision
from clustering.runs.locks import reviewing
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.write_back import Stores, recover


class Reviewer:
    """One person's review of a catalogue: of its active run, and binding for all later ones.

    Every method that decides returns the decision; UsageError says why it cannot be.
    """

    def __init__(self, catalog: OpenedCatalog | Stores, who: str | None = None) -> None:
        """Review as ``who``, the system's user by default."""
        self._stores = catalog if isinstance(catalog, Stores) else stores_of(catalog)
        self._who = who or _user()

    def close(self) -> None:
        """Let go of the stores."""
        self._stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- about clusters -----------------------------------------------------------------------

    def accept(self, cluster: int, why: str = "") -> Decision:
        """State that a cluster is right: its members stay together under its number."""
        return self._decide(lambda draft: draft.about_cluster("accept", cluster), why)

    def reject(self, cluster: int, why: str = "") -> Decision:
        """State that a cluster is no sensible group: it is marked so as often as it is found."""
        return self._decide(lambda draft: draft.about_cluster("reject", cluster), why)

    def rename(
        self, cluster: int, label_de: str | None = None, label_en: str | None = None, why: str = ""
    ) -> Decision:
        """Give a cluster another label, in one language or both."""
        texts = {"label_de": (label_de or "").strip(), "label_en": (label_en or "").strip()}
        labels = {key: text for key, text in texts.items() if text}
        if not labels:
            raise UsageError("a label must have text: give a German one, an English one, or both")
        return self._decide(lambda draft: draft.about_cluster("rename", cluster, **labels), why)

    def merge(self, clusters: Sequence[int], why: str = "") -> Decision:
        """Make one cluster of several; the number and label of the first stay."""
        return self._decide(lambda draft: draft.merge(clusters), why)

    def split(self, part_numbers: Sequence[str], why: str = "") -> Decision:
        """Make parts of one cluster a new cluster of their own."""
        return self._decide(lambda draft: draft.split(part_numbers), why)

    # -- about parts --------------------------------------------------------------------------

    def move(self, part_number: str, cluster: int, why: str = "") -> Decision:
        """Put one part into another cluster."""
        return self._decide(lambda draft: draft.move(part_number, cluster), why)

    def exclude(self, part_number: str, why: str = "") -> Decision:
        """Keep one part out of all clusters."""
        return self._decide(lambda draft: draft.exclude(part_number), why)

    def link(self, one: str, other: str, why: str = "") -> Decision:
        """State that two parts belong together: the second goes where the first one is."""
        return self._decide(lambda draft: draft.pair("must-link", one, other), why)

    def unlink(self, one: str, other: str, why: str = "") -> Decision:
        """State that two parts do not: where they would be together, the second is in no cluster."""
        return self._decide(lambda draft: draft.pair("cannot-link", one, other), why)

    # -- the log ------------------------------------------------------------------------------

    def undo(self, number: int, why: str = "") -> Decision:
        """Take a decision back, or the taking back of one."""
        return self._decide(lambda draft: draft.undo(number), why)

    def log(self) -> list[Decision]:
        """Return all decisions, the first one first."""
        self._stores.parts.manifest()
        return read_decisions(self._stores.parts)

    # -- inside -------------------------------------------------------------------------------

    def _decide(self, draw: Callable[[DecisionDraft], Decision], why: str) -> Decision:
        parts = self._stores.parts
        run_store.active_id(parts)  # before anything is locked or put right
        with reviewing(parts):
            recover(self._stores)
            run = ReviewedRun.find(parts)
            decision = replace(
                draw(DecisionDraft(run)),
                number=len(run.decisions) + 1,
                who=self._who,
                when=datetime.now(UTC).isoformat(timespec="seconds"),
                why=why.strip(),
                run=run.run_id,
            )
            with show_decision(self._stores, run):
                append_decision(parts, run.decisions, decision)
        return decision


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"
