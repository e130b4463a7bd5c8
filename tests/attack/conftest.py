"""The fixture of all attack tests. `measure.py` defines what is required of each call.

    pytest tests/attack                                  # a minute of drawn inputs, and the known ones
    pytest tests/attack --attack-seconds 3600            # an hour: the same seeds, and further ones
    pytest tests/attack/test_links.py --attack-seed 17   # one seed again

The table at the end of a run has the slowest call and the largest of each surface. `texts.py` draws hostile
texts, `values.py` hostile values; `measure.py` makes a call and judges it; each `test_*.py` is one surface.
"""

import pytest
from attack.measure import Attack


@pytest.fixture
def attack(request: pytest.FixtureRequest, unchecked: None) -> Attack:
    """Makes the calls of one test. Annotations are not checked: the program has to look at its inputs itself."""
    made = Attack(
        surface=request.path.stem.removeprefix("test_").replace("_", " "),
        where=request.node.nodeid,
        seconds=request.config.getoption("--attack-seconds"),
        only=request.config.getoption("--attack-seed"),
    )
    request.node.user_properties.append(("attack", made.figures))
    return made
