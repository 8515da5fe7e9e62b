import pickle
from dataclasses import FrozenInstanceError

import pytest

from tests.support.samples import entry, poll, reject, story_article


@pytest.mark.parametrize("made", [entry(), story_article(), poll(), reject()])
def test_records_can_be_pickled_and_are_frozen(made: object) -> None:
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(FrozenInstanceError):
        made.source = "other"  # type: ignore[attr-defined]  # that is the point
