"""What the details of a job tell of one document, in the notation of AWS where it has one."""

from __future__ import annotations

from collections.abc import Mapping

from amts_ext.service.content.translation import Counted
from amts_ext.service.state.state import JobRecord
from amts_ext.service.wire import Json


def told_of(job: JobRecord, counted: Counted, terms: Mapping[str, str]) -> Json:
    """Return the terms that a document holds, and its drafts that are not sure.

    The member ``unsureDrafts`` is not one of AWS. It lists the text of each segment with the
    reasons, so that a client can leave the draft out.
    """
    return {**_applied(job, terms), **_unsure(counted)}


def _applied(job: JobRecord, terms: Mapping[str, str]) -> Json:
    names = job.properties.get("TerminologyNames") or []
    used = [{"sourceText": s, "targetText": t} for s, t in terms.items()]
    return {"appliedTerminologies": [{"name": n, "terms": used} for n in names]} if used else {}


def _unsure(counted: Counted) -> Json:
    told = [{"sourceText": s, "reasons": r} for s, r in counted.unsure.items()]
    return {"unsureDrafts": told} if told else {}
