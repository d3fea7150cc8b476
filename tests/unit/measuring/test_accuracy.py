"""Measuring a model: what it is asked, what is counted, and which answers are no answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from autograder.checks.asserting import Finding
from autograder.errors import CodeRaised, TimeExceeded, TimeLimit, Unmeasured
from autograder.measuring.accuracy.measurement import (
    FINDINGS,
    AccuracyMeasurement,
    Predict,
    measure,
    thresholds_of,
)
from autograder.measuring.accuracy.recall import level, recalls
from autograder.measuring.accuracy.statistics import confusion_of, measurement_of
from autograder.measuring.data.flowers import NUM_CLASSES, ImageSet
from autograder.model import AccuracyRules, ScaleBand, Text

THRESHOLDS = tuple(Fraction(percent, 100) for percent in (75, 85, 90, 92))


def image_set(folder: Path, n: int) -> ImageSet:
    """`n` files that stand for images: what is measured never opens them."""
    files = tuple(folder / f"image_{k:05d}.jpg" for k in range(n))
    for k, file in enumerate(files):
        file.write_bytes(f"image {k}".encode())
    labels = tuple(k * 7 % NUM_CLASSES for k in range(n))
    return ImageSet(
        split="test",
        ids=tuple(range(n)),
        labels=labels,
        files=files,
        is_official=False,
        digest="0" * 64,
    )


@dataclass
class Model:
    """Knows every image by its content, and gets every image from `right` on wrong."""

    images: ImageSet
    right: int
    scale: float = 1.0
    asked: list[list[int]] = field(default_factory=list)  # the images of each question
    questions: list[list[bytes]] = field(default_factory=list)

    def __call__(self, question: list[bytes]) -> torch.Tensor:
        """Logits (k, 102)."""
        self.questions.append(question)
        indices = [int(content.split()[1]) for content in question]
        self.asked.append(indices)
        return torch.stack([self.logits(index) for index in indices])

    def logits(self, index: int) -> torch.Tensor:
        """Logits (102,): the right class, or the one after it, stands out; the others have values
        of their own.
        """
        own = torch.rand(NUM_CLASSES, generator=torch.Generator().manual_seed(index))
        own[(self.images.labels[index] + (index >= self.right)) % NUM_CLASSES] += 3
        return own * self.scale


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    """Return a list of 200 images."""
    return image_set(tmp_path_factory.mktemp("images"), 200)


def seeded(seed: int) -> torch.Generator:
    """Return a source of random order."""
    return torch.Generator().manual_seed(seed)


def finding_of(predict: Predict, images: ImageSet) -> str:
    """Return the finding with which a measurement fails."""
    with pytest.raises(Finding) as found:
        measure(predict, images, generator=seeded(0))
    assert found.value.key in FINDINGS
    return found.value.key


def changed(model: Model, change: Callable[[torch.Tensor], object]) -> Predict:
    """Return a model whose answers come back changed."""
    return lambda question: change(model(question))


# ---------------------------------------------------------------- what is counted


@pytest.mark.parametrize("right", [0, 1, 151, 200])
def test_the_right_answers_are_counted(images: ImageSet, right: int) -> None:
    """Every image of the list counts once, whatever the order in which it was asked."""
    measurement = measure(Model(images, right), images, generator=seeded(1)).measurement
    assert (measurement.correct, measurement.n, measurement.total) == (right, 200, 200)
    assert measurement.decided_by == "full"
    assert measurement.error == 0


def test_predictions_come_in_the_order_of_the_list(images: ImageSet) -> None:
    """However images are shuffled, the prediction at k is that of image k."""
    predictions = measure(Model(images, 150), images, generator=seeded(1)).predictions
    expected = torch.tensor(
        [(label + (k >= 150)) % NUM_CLASSES for k, label in enumerate(images.labels)]
    )
    assert predictions.tolist() == expected.tolist()


def test_the_confusion_matrix_counts_the_predictions(images: ImageSet) -> None:
    """Rows are true classes, columns predicted ones, and the diagonal holds the right answers."""
    measured = measure(Model(images, 150), images, generator=seeded(1))
    confusion = torch.tensor(measured.measurement.confusion)
    assert confusion.shape == (NUM_CLASSES, NUM_CLASSES)
    assert confusion.sum() == 200
    assert confusion.diagonal().sum() == 150
    label = images.labels[199]
    assert confusion[label, (label + 1) % NUM_CLASSES] >= 1


def test_the_first_five_classes_are_counted() -> None:
    """Top-5 counts labels among the five largest logits, and of equal ones the lower class comes
    first.
    """
    logits = torch.zeros(3, NUM_CLASSES)
    logits[0, 50:55] = torch.arange(5.0) + 1
    measurement = measurement_of(logits, torch.tensor([50, 4, 5]), image_list="", signature="")
    assert (measurement.correct, measurement.top5) == (0, 2)


def test_a_model_that_answers_the_same_to_everything_gets_its_one_class(images: ImageSet) -> None:
    """Logits that are all equal name the first class, and no other."""
    measured = measure(lambda question: torch.zeros(len(question), NUM_CLASSES), images)
    assert measured.measurement.correct == images.labels.count(0)


def test_recalls_start_with_the_worst_class() -> None:
    """Only classes that were seen have a recall."""
    labels, predicted = torch.tensor([3, 3, 3, 7, 7, 9]), torch.tensor([3, 3, 7, 7, 7, 3])
    found = recalls(confusion_of(labels, predicted, NUM_CLASSES))
    assert [(recall.label, recall.share) for recall in found] == [
        (9, 0),
        (3, Fraction(2, 3)),
        (7, 1),
    ]


def test_a_level_is_reached_at_its_least() -> None:
    """Exactly 85 % is good, one image of 6,149 less is not."""
    title = Text(es="", en="")
    bands = [
        ScaleBand(id=name, title=title, least=Fraction(least))
        for name, least in (("good", 85), ("low", 0))
    ]
    assert level(Fraction(85, 100), bands).id == "good"
    assert level(Fraction(5226, 6149), bands).id == "low"


# ---------------------------------------------------------------- what is asked


def test_a_question_holds_nothing_but_images(images: ImageSet) -> None:
    """What is sent is a list of bytes: no names, labels or paths."""
    model = Model(images, 200)
    measure(model, images)
    assert {type(question) for question in model.questions} == {list}
    assert {type(content) for question in model.questions for content in question} == {bytes}


@pytest.mark.parametrize("n", [1, 5, 8, 21, 64, 131])
def test_questions_are_whole_batches(tmp_path: Path, n: int) -> None:
    """However long the list, no question leaves a batch that is not full, and every image counts
    once.
    """
    images = image_set(tmp_path, n)
    model = Model(images, n)
    assert measure(model, images, generator=seeded(3)).measurement.correct == n
    assert [len(question) % 8 for question in model.asked] == [0] * len(model.asked)


def test_the_order_depends_on_the_seed_alone(images: ImageSet) -> None:
    """The same seed asks in the same order, another in another, and none in that of the list."""
    models = [Model(images, 200) for _ in range(3)]
    for model, seed in zip(models, (4, 4, 5), strict=True):
        measure(model, images, generator=seeded(seed))
    first, again, other = (model.asked for model in models)
    assert first == again
    assert first != other
    assert first[1] != sorted(first[1])


def test_without_a_seed_of_its_own_the_order_is_that_of_the_check(images: ImageSet) -> None:
    """torch's random numbers, which the harness seeds for each check, decide the order."""
    models = [Model(images, 200), Model(images, 200)]
    for model in models:
        torch.manual_seed(6)
        measure(model, images)
    assert models[0].asked == models[1].asked


# ---------------------------------------------------------------- what is no answer


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda logits: None, "logits_no_tensor"),
        (lambda logits: logits.tolist(), "logits_no_tensor"),
        (lambda logits: logits.argmax(dim=1), "logits_no_tensor"),
        (lambda logits: logits.long(), "logits_no_tensor"),
        (lambda logits: logits[:, :101], "logits_wrong_shape"),
        (lambda logits: logits[:-1], "logits_wrong_shape"),
        (lambda logits: logits.mean(dim=0), "logits_wrong_shape"),
        (lambda logits: logits.T, "logits_wrong_shape"),
        (lambda logits: logits.repeat(1, 2), "logits_wrong_shape"),
        (lambda logits: logits / 0, "logits_not_finite"),
        (lambda logits: logits.where(logits > 0.01, torch.nan), "logits_not_finite"),
    ],
)
def test_an_answer_is_held_to_its_form(
    images: ImageSet, change: Callable[[torch.Tensor], object], key: str
) -> None:
    """What is no finite float tensor of a row per image and a column per class is a finding of its
    own.
    """
    assert finding_of(changed(Model(images, 200), change), images) == key


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_is_taken(images: ImageSet, dtype: torch.dtype) -> None:
    """Logits in another float type are logits."""
    predict = changed(Model(images, 150), lambda logits: logits.to(dtype))
    assert measure(predict, images).measurement.correct == 150


@pytest.mark.parametrize("scale", [0.01, 1.0, 1000.0])
@pytest.mark.parametrize(
    "leak",
    [
        lambda logits: logits - logits.mean(dim=0),  # batch statistics
        lambda logits: logits + 0.3 * logits.std() * torch.randn(logits.shape),  # dropout
        lambda logits: torch.cat([logits[1:], logits[:1]]) + logits,  # the neighbour's logits
    ],
)
def test_answers_that_depend_on_the_batch_are_found(
    images: ImageSet, leak: Callable[[torch.Tensor], torch.Tensor], scale: float
) -> None:
    """The same image must get the same logits among other images and a second time, in the model's
    own scale.
    """
    predict = changed(Model(images, 150, scale=100 * scale), leak)
    assert finding_of(predict, images) == "logits_depend_on_batch"


def test_classes_that_are_ruled_out_hide_nothing(images: ImageSet) -> None:
    """Huge negative logits of some classes do not widen what is forgiven to the others."""

    def muted(logits: torch.Tensor) -> torch.Tensor:
        logits = logits - logits.mean(dim=0)
        logits[:, 20:] = -1e9
        return logits

    assert (
        finding_of(changed(Model(images, 150, scale=10), muted), images) == "logits_depend_on_batch"
    )


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_rounding_is_forgiven(images: ImageSet, scale: float) -> None:
    """Other images in a batch may change the last digits: kernels add in another order."""
    predict = changed(
        Model(images, 150, scale=scale),
        lambda logits: logits + 1e-4 * scale * torch.rand(logits.shape),
    )
    assert measure(predict, images).measurement.correct == 150


def test_what_the_submission_does_goes_through(images: ImageSet) -> None:
    """An exception of the student's code ends the measurement as itself."""

    def raising(question: list[bytes]) -> torch.Tensor:
        raise CodeRaised("boom", exception_type="ValueError")

    with pytest.raises(CodeRaised, match="boom"):
        measure(raising, images)


# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize("answered", [2, 4])
def test_time_that_runs_out_between_two_answers_is_no_endless_loop(
    images: ImageSet, answered: int
) -> None:
    """What was measured until then is counted, and a person decides."""
    model = Model(images, right=150)

    def slow(question: list[bytes]) -> torch.Tensor:
        if len(model.questions) == answered:
            raise TimeExceeded("no answer within the limit", limit=TimeLimit.MEASURE)
        return model(question)

    with pytest.raises(Unmeasured) as ended:
        measure(slow, images, generator=seeded(0))
    assert (ended.value.n, ended.value.total) == (min(64 * (answered - 1), 200), 200)


def test_time_that_runs_out_before_the_first_answer_is_the_models(images: ImageSet) -> None:
    """A model that never answers is not measured in part."""

    def endless(question: list[bytes]) -> torch.Tensor:
        raise TimeExceeded("no answer within the limit", limit=TimeLimit.MEASURE)

    with pytest.raises(TimeExceeded):
        measure(endless, images)


def test_a_signature_belongs_to_the_model_and_not_to_the_run(images: ImageSet) -> None:
    """The same model signs the same in any order, whether all images are asked or some."""
    runs = [
        measure(Model(images, 150), images, generator=seeded(1)),
        measure(Model(images, 150), images, generator=seeded(2)),
        measure(
            Model(images, 150),
            images,
            mode="sequential",
            thresholds=[Fraction(1, 10)],
            generator=seeded(3),
        ),
    ]
    assert len({run.measurement.signature for run in runs}) == 1


def test_another_model_signs_otherwise(images: ImageSet) -> None:
    """Equal predictions are not enough: the logits decide."""
    one, other = (measure(Model(images, 150, scale=s), images).measurement for s in (1.0, 1.05))
    assert one.confusion == other.confusion
    assert one.signature != other.signature


# ---------------------------------------------------------------- stopping early


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    """Return a list of 1,020 images."""
    return image_set(tmp_path_factory.mktemp("many"), 1020)


def sequential(images: ImageSet, right: int, seed: int = 0) -> AccuracyMeasurement:
    """Measure a model that gets so many images right, sequentially."""
    return measure(
        Model(images, right),
        images,
        mode="sequential",
        thresholds=THRESHOLDS,
        generator=seeded(seed),
    )


def test_a_clear_case_is_decided_by_a_part(many: ImageSet) -> None:
    """Half of the answers right is below every threshold long before the last image."""
    measurement = sequential(many, 510).measurement
    assert measurement.decided_by == "sequential"
    assert measurement.n < 400
    assert measurement.total == 1020
    assert measurement.error == Fraction(1, 1000)


def test_the_interval_of_a_part_is_the_one_that_decided(many: ImageSet) -> None:
    """It lies below the lowest threshold, holds what was measured, and the truth."""
    measurement = sequential(many, 510).measurement
    low, high = measurement.interval
    assert low <= measurement.accuracy <= high < THRESHOLDS[0]
    assert low <= Fraction(510, 1020) <= high


def test_only_images_that_were_drawn_are_counted(many: ImageSet) -> None:
    """Predictions, confusion matrix and counts of a part belong to the same images; the rest is
    marked.
    """
    measured = sequential(many, 510)
    measurement, asked = measured.measurement, measured.predictions >= 0
    labels = torch.tensor(many.labels)
    assert int(asked.sum()) == measurement.n == sum(map(sum, measurement.confusion))
    assert int((measured.predictions == labels)[asked].sum()) == measurement.correct
    assert measured.predictions[~asked].unique().tolist() == [-1]


def test_a_borderline_is_a_full_measurement(many: ImageSet) -> None:
    """One image short of 85 % is asked to the end, and reported as any full measurement is."""
    measurement = sequential(many, 866).measurement
    assert measurement == measure(Model(many, 866), many).measurement
    assert (measurement.decided_by, measurement.n, measurement.error) == ("full", 1020, 0)


def test_a_part_finds_answers_that_depend_on_the_batch(many: ImageSet) -> None:
    """A measurement that stops early finds answers that depend on the batch, too."""
    predict = changed(Model(many, 300, scale=10), lambda logits: logits - logits.mean(dim=0))
    with pytest.raises(Finding, match="logits_depend_on_batch"):
        measure(predict, many, mode="sequential", thresholds=THRESHOLDS)


def test_every_place_where_a_mark_changes_is_a_threshold() -> None:
    """The criterion, the bonus, the levels and whatever the grader adds."""
    bands = tuple(
        ScaleBand(id=str(p), title=Text(es="", en=""), least=Fraction(p)) for p in (90, 85, 0)
    )
    share = Fraction(1, 10)
    rules = AccuracyRules(
        earns=Fraction(85, 100), bonus=Fraction(92, 100), overfitting=share, leak=share, bands=bands
    )
    expected = {Fraction(p, 100) for p in (0, 60, 85, 90, 92)}
    assert set(thresholds_of(rules, Fraction(60, 100))) == expected
