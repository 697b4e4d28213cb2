"""Recording models into a zoo, each once."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from modelkin.answers.coverage import measure_coverage
from modelkin.answers.restrict import restrict, rounded
from modelkin.errors import ModelkinError
from modelkin.models.endpoints.address import is_url
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, adopt
from modelkin.pipeline.asking import ask
from modelkin.pipeline.loading import null_of
from modelkin.pipeline.null_cap import cap_of
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress, Silent
from modelkin.records import NullKind, Responses
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.added import Added
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.grouping import Grouping, suits
from modelkin.zoo.manifest import Manifest
from modelkin.zoo.member import Member
from modelkin.zoo.opening import deciding_first, locations, open_all, picture_shape
from modelkin.zoo.tally import Tally


def add_models(
    folder: ZooFolder, patterns: Sequence[str], options: AddOptions, progress: Progress
) -> Added:
    """Ask every model that is not recorded yet; one that fails does not stop the rest.

    Args:
        folder: the zoo; made when it does not exist.
        patterns: files, folders, patterns, URLs and names of functions.
        options: all settings.
        progress: told how far the work is.

    Raises:
        ModelNotFoundError: a pattern matches nothing.
        UsageError: the folder holds other things, or another pool is wanted than the zoo's.
        ModelkinError: all models fail for one and the same reason.
    """
    manifest, tally = folder.open_to_write(), Tally()
    opened = open_all(locations(patterns), options, tally, progress)
    picture = picture_shape(
        opened,
        manifest,
        options.pool or options.picture_pool,
        least=options.least_picture,
    )
    mixed = any(
        model.preprocessing is not None and suits(options.pool, model.preprocessing.modality)
        for model in opened
    )
    grouping = Grouping(folder, options, picture, progress, mixed=mixed)
    with progress.task("recording models", len(opened)) as advance:
        for model in deciding_first(opened):
            try:
                _record(
                    folder, adopt(model, picture) if picture else model, grouping, options, tally
                )
            except ModelkinError as error:
                tally.fail(model.name, error)
            finally:
                model.close()
            advance(1)
    done = [*tally.recorded, *tally.known]
    if not done and len({str(error) for error in tally.errors}) == 1:
        raise tally.errors[0]
    held = folder.open_to_write()
    names = {member.group for member in done}
    groups = tuple(group for group in held.groups if group.name in names)
    return Added(
        recorded=tuple(tally.recorded),
        known=tuple(tally.known),
        changed=tuple(tally.changed),
        asked=tally.asked,
        groups=groups,
        skipped=tuple(tally.skipped),
        failed=tuple(tally.failed),
        notes=_passed_over(options, groups),
    )


def _passed_over(options: AddOptions, groups: Sequence[Group]) -> tuple[str, ...]:
    others = sorted({one.modality for one in groups if not suits(options.pool, one.modality)})
    if not others:
        return ()
    sorts = " and ".join(others)
    return (f"'{options.pool}' does not suit {sorts} models, so each of those was asked its mix",)


def _record(
    folder: ZooFolder, opened: OpenedModel, grouping: Grouping, options: AddOptions, tally: Tally
) -> None:
    fitted, group, pool = grouping.place(opened)
    identity = _identity(fitted, group, options)
    with folder.asking(identity):
        manifest = folder.open_to_write()
        held = manifest.at(_place(opened.location))
        same = held is not None and held.identity == identity and folder.holds(held)
        if held is not None and same and not options.fresh:
            tally.known.append(_told_family(folder, held, opened, options))
            return
        twin = next((one for one in manifest.members if one.identity == identity), None)
        if twin is not None and folder.holds(twin) and not options.fresh:
            seen = folder.answers(twin, group)
        else:
            ready = infer_preprocessing(fitted, cache=options.cache)
            asking = CompareOptions(cache=options.cache, fresh=options.fresh)
            found = ask(ready, pool, asking, Silent())
            tally.asked += found.asked_now
            seen = _seen(found.responses, options)
        member = _member(fitted, group, seen, folder.keep(seen), identity, options)

        def enter(now: Manifest) -> Manifest:
            return now.with_member(replace(member, name=_free_name(member, now)))

        # still alone: whoever waits for this model must find it in the manifest
        entered = folder.change(enter).at(member.location)
    if entered is not None:
        tally.recorded.append(entered)
        if held is not None and held.file_digest != member.file_digest:
            tally.changed.append(entered.name)


def _identity(opened: OpenedModel, group: Group, options: AddOptions) -> str:
    about = [opened.digest, group.pool_digest, options.access, options.decimals]
    about += [options.top_k] if options.access == "top-k" else []
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


def _told_family(
    folder: ZooFolder, held: Member, opened: OpenedModel, options: AddOptions
) -> Member:
    """A family stated or corrected later costs no query."""
    family, parent = _history(opened, options)
    null = _stands_for(opened) or held.null
    if family is None and parent is None:
        family, parent = held.family, held.parent
    told = replace(held, family=family, parent=parent, null=null)
    if told == held:
        return held
    folder.change(lambda manifest: manifest.with_member(told))
    return told


def _seen(responses: Responses, options: AddOptions) -> Responses:
    if options.decimals is not None:
        responses = rounded(responses, options.decimals)
    if options.access is not None:
        responses = restrict(responses, options.access, top_k=options.top_k)
    return responses


def _member(
    opened: OpenedModel,
    group: Group,
    responses: Responses,
    answers: str,
    identity: str,
    options: AddOptions,
) -> Member:
    family, parent = _history(opened, options)
    coverage = measure_coverage(responses)
    return Member(
        name=opened.name,
        location=_place(opened.location),
        family=family,
        parent=parent,
        format=opened.format.name,
        file_digest=opened.file_digest,
        identity=identity,
        digest=responses.model_digest,
        group=group.name,
        kind=responses.kind,
        access=responses.access,
        width=int(responses.values.shape[1]),
        labels=tuple(opened.signature.labels),
        saturated=tuple(one.part for one in coverage if one.saturated),
        answers=answers,
        queries=len(responses),
        asked=responses.asked,
        recorded=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        null=_stands_for(opened),
    )


def _history(opened: OpenedModel, options: AddOptions) -> tuple[str | None, str | None]:
    derivation = opened.sidecar.derivation
    family = options.family or derivation.get("family")
    parent = derivation.get("parent")
    return (str(family) if family else None, str(parent) if parent else None)


def _stands_for(opened: OpenedModel) -> NullKind | None:
    """The null that the JSON beside a model lets it stand for; None where it says nothing."""
    found = [one for one in (null_of(opened), cap_of(opened)) if one is not None]
    return min(found, default=None)


def _place(location: str) -> str:
    """Where a model is, the same from every working folder."""
    path = Path(location)
    return location if is_url(location) or not path.exists() else str(path.resolve())


def _free_name(member: Member, manifest: Manifest) -> str:
    """The model's own name, or one with its folders where another has it."""
    taken = {one.name for one in manifest.members if one.location != member.location}
    pieces = Path(member.location).parts
    longer = ["/".join(pieces[-depth:]) for depth in range(2, len(pieces))]
    numbered = (f"{member.name} ({place})" for place in range(2, len(taken) + 3))
    return next(name for name in (member.name, *longer, *numbered) if name not in taken)
