"""Amazon Translate as a translator: batch jobs, their journal, transfers, parallel data and terms.

Requests come in; pages of HTML go out to S3 and come back as answers, and what is under way is
written down, so that nothing is paid for twice.
"""

from amts_ext.translators.amazon.translator import SINGLY, Amazon, from_config

__all__ = ["SINGLY", "Amazon", "from_config"]
