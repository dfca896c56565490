"""Amazon Translate as a translator: batch jobs, their journal, transfers, parallel data and terms.

Requests become HTML pages in S3, a batch job translates the pages, and the results are read back
as answers. Open jobs are recorded in a journal, so that nothing is paid for twice.
"""

from amts_ext.translators.amazon.translator import SINGLY, Amazon, from_config

__all__ = ["SINGLY", "Amazon", "from_config"]
