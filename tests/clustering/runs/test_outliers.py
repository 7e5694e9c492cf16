"""The parts of a run that are out of place in their clusters."""

from __future__ import annotations

from clustering.runs.outliers import outliers_of_run
from clustering.runs.reviewed_run import ReviewedRun
from tests.clustering.blobs import Blobs, blob_points, part


def test_a_part_in_the_wrong_cluster_is_the_outlier_of_a_run(blobs: Blobs) -> None:
    run_id = blobs.cluster().run.run_id
    before = outliers_of_run(ReviewedRun(blobs.stores.parts, run_id))
    assert len(before) == 60
    # Part 7 now looks like another kind, but the run still has it where it was.
    blobs.stores.parts.upsert(blob_points([7], rev=2, shift=1))
    after = outliers_of_run(ReviewedRun(blobs.stores.parts, run_id))
    assert max(after, key=lambda part_id: after[part_id]) == part(7)
    assert after[part(7)] > 0.9 > before[part(7)]
