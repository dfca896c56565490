"""The journal: a record of each job at a service that bills, until its result is in the memory.

A record is a file beside the memory, ``jobs/<digest>.json``. It is written before the call that
starts the job and deleted when the last answer is stored. So, after a crash, the next run takes the
job up, and nothing is paid for twice.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amts_ext import files
from amts_ext.errors import TranslatorError
from amts_ext.progress import Progress
from amts_ext.translators.amazon.job import Job, from_record

LOG = logging.getLogger("amts")

FOLDER = "jobs"
WAITING = "another build of this book is translating; waiting for it"


class Journal:
    """The open jobs of one book, in a folder of records.

    ::

        with journal.lock(progress):
            journal.save(job)
            store(run(job))
            journal.forget(job)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, job: Job) -> None:
        """Write the job's record; on return, the whole record is on the disk.

        Raises :class:`~amts_ext.errors.InputError` if the folder does not take it.
        """
        file = self._file(job)
        before = files.read_text(file) if job.id and file.exists() else ""
        files.write_text(file, job.record(before), durable=True)

    def forget(self, job: Job) -> None:
        """Delete the job's record, because its result is stored or the service refused the job."""
        self._file(job).unlink(missing_ok=True)

    def open_jobs(self) -> list[Job]:
        """Read the jobs whose results are not stored yet, oldest first.

        Raises :class:`~amts_ext.errors.TranslatorError` for a file that is no record.
        """
        found = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        return [_read(path) for path in found]

    @contextmanager
    def lock(self, progress: Progress) -> Iterator[None]:
        """Hold the journal alone; wait while another process holds it.

        The lock of a process that dies is free at once.
        """
        from filelock import FileLock, Timeout  # here, because most builds ask no translator

        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            # The log tells it too: a bar or a line of progress does not show a step that waits.
            LOG.warning(WAITING)
            progress(WAITING, 0, 1)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _file(self, job: Job) -> Path:
        return self.folder / f"{job.digest[:16]}.json"


def _read(path: Path) -> Job:
    try:
        return from_record(files.read_text(path))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise TranslatorError(
            "the record of a translation job was edited or cut off; put it back from a backup, or "
            f"wait for the end of job amts-{path.stem} and delete the file: what that job "
            "translates is then paid for again",
            file=os.path.relpath(path),
        ) from error
