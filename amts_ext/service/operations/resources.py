"""The resources that adapt translations: parallel data, terminologies, and the tags of both."""

from __future__ import annotations

from collections.abc import Callable

from amts_ext.service.adaptation.adapter import Adapter
from amts_ext.service.operations.downloads import Downloads
from amts_ext.service.operations.parallel import ParallelDataOperations
from amts_ext.service.operations.tags import Tags
from amts_ext.service.operations.terminologies import TerminologyOperations
from amts_ext.service.state.state import Handler, State
from amts_ext.service.state.storage import Storage


class Resources:
    """The handlers of the operations on parallel data, terminologies and tags.

    ``address`` returns the service's address, which is known only once the service listens.
    """

    def __init__(
        self, state: State, storage: Storage, adapter: Adapter, address: Callable[[], str]
    ) -> None:
        downloads = Downloads(storage, address)
        self._tags = Tags(state)
        self._parallel = ParallelDataOperations(state, storage, adapter, downloads, self._tags)
        self._terms = TerminologyOperations(state, downloads, self._tags)

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by the names of their operations."""
        return {**self._parallel.handlers(), **self._terms.handlers(), **self._tags.handlers()}

    def resume(self) -> None:
        """Go on with the imports and deletions that ran when the service was stopped or killed."""
        self._parallel.resume()

    def stop(self) -> None:
        """Prepare to close: imports that do not succeed from now on are left to the next start."""
        self._parallel.stop()

    def close(self) -> None:
        """Stop, and wait for the threads of the imports."""
        self._parallel.close()
