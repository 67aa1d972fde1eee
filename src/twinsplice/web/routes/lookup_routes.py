"""The addresses of SpliceAI-lookup's API: /spliceai/ and /pangolin/."""

import json
import urllib.parse

import fastapi

from twinsplice.settings import serve as serve_settings
from twinsplice.web import engines, instances, lookup, refusals, schemas

router = fastapi.APIRouter()
ECHOED = ("variant", "hg", "bc", "distance", "mask", "raw", "variant_consequence")
"""What is sent back as it came."""
_LONGEST = 11_000
_USUAL_DISTANCE = 500
_EXAMPLE = "hg=38&distance=500&mask=0&variant=chr8-140300615-C-G&bc=basic"
_PARAMETERS = {
    "parameters": [
        {
            "name": name,
            "in": "query",
            "required": name in ("variant", "hg"),
            "schema": {"type": "string"},
        }
        for name in ECHOED
    ]
}


_REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": schemas.LookupRefusal, "description": words}
    for status, words in {
        400: "not understood, or not open here",
        503: "too many wait",
        504: "took too long",
    }.items()
}


class _WrongError(Exception):
    """What is wrong with a question, in words."""


async def spliceai(request: fastapi.Request) -> fastapi.Response:
    """A variant's scores by SpliceAI, in the form of SpliceAI-lookup."""
    return await _answered(request, "spliceai")


async def pangolin(request: fastapi.Request) -> fastapi.Response:
    """A variant's scores by Pangolin, in the form of SpliceAI-lookup."""
    return await _answered(request, "pangolin")


for _tool in (spliceai, pangolin):
    for _method, _name in (("GET", None), ("POST", f"{_tool.__name__}_sent")):
        # Where that API redirects those who leave the slash out, they are answered.
        for _address in (f"/{_tool.__name__}/", f"/{_tool.__name__}"):
            router.add_api_route(
                _address,
                _tool,
                methods=[_method],
                operation_id=_name,
                openapi_extra=_PARAMETERS,
                responses=_REFUSALS,
                include_in_schema=_address.endswith("/"),
            )


async def _answered(request: fastapi.Request, tool: str) -> fastapi.Response:
    try:
        given = await _given(request)
        asked = _asked(given, tool, request.app.state.config)
        asking = _asking(asked, request.app.state.opened)
    except _WrongError as error:
        return _error(400, f"{error}\n", tool)
    answering: engines.Engines = request.app.state.engines
    scorer = request.app.state.opened.scorer(asking)
    try:
        if lookup.POSITION.fullmatch(asked.variant):
            said = await answering.apart(lambda: lookup.position(asked, scorer))
            return fastapi.responses.JSONResponse(said)
        reply = await answering.as_lookup(asking, asked)
    except refusals.RefusedError as error:
        response = _error(error.status, error.said.error, tool)
        response.headers.update(error.headers)
        return response
    if reply is None:
        return _error(
            400,
            f'Unable to parse "variant": "{asked.variant}". Expected either a '
            "chrom-pos-ref-alt variant (e.g. chr8-140300615-C-G) or a chrom-pos "
            "position (e.g. chr8-140300615) for REF-only scores.\n",
            tool,
        )
    return fastapi.Response(reply.body, media_type="application/json")


def _error(status: int, words: str, tool: str) -> fastapi.Response:
    body = {"error": words, "source": tool}
    return fastapi.responses.JSONResponse(body, status)


async def _given(request: fastapi.Request) -> dict[str, str]:
    """Return what was given, in the address or the body."""
    given = dict(request.query_params)
    if request.method != "POST":
        return given
    body = await request.body()
    kind = request.headers.get("content-type", "")
    try:
        if kind.startswith("application/x-www-form-urlencoded"):
            pairs = urllib.parse.parse_qsl(body.decode(), max_num_fields=20)
            return given | dict(pairs)
        sent = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return given
    if not isinstance(sent, dict):
        return given
    variant = sent.get("variant", "")
    if not isinstance(variant, str):
        raise _WrongError(
            f'"variant" value must be a string rather than a {type(variant)}.'
        )
    plain = {name: each for name, each in sent.items() if isinstance(each, str | int)}
    # JSON can name halves of letters, which no answer could be written with.
    return given | {
        name: str(each).encode("utf-8", "replace").decode()
        for name, each in plain.items()
    }


def _asked(
    given: dict[str, str], tool: str, config: serve_settings.Config
) -> lookup.Asked:
    """Return the question that was given.

    Raises:
        _WrongError: It is none.
    """
    example = f"/{tool}/?{_EXAMPLE}"
    variant = given.get("variant", "").strip(" \t\r\n'\",")
    if not variant or variant.startswith("#"):
        raise _WrongError('"variant" not specified.')
    build = given.get("hg", "")
    if not build:
        raise _WrongError(
            '"hg" not specified. The URL must include an "hg" arg: hg=37 or hg=38. '
            f"For example: {example}"
        )
    _one_of("hg", build, ("37", "38"), example)
    mask, genes = given.get("mask", "0"), given.get("bc", "basic")
    usual = min(_USUAL_DISTANCE, config.max_distance)
    distance = _distance(given.get("distance", str(usual)), config)
    _one_of("mask", mask, ("0", "1"), example)
    _one_of("bc", genes, ("basic", "comprehensive"), example)
    return lookup.Asked(
        tool=tool,
        variant=variant[:_LONGEST],
        build=build,
        distance=distance,
        mask=int(mask),
        genes=genes,
        echoed=tuple(
            (name, given[name][:_LONGEST]) for name in ECHOED if name in given
        ),
    )


def _one_of(name: str, value: str, allowed: tuple[str, str], example: str) -> None:
    if value not in allowed:
        first, second = allowed
        raise _WrongError(
            f'Invalid "{name}" value: "{value[:60]}". The value must be either '
            f'"{first}" or "{second}". For example: {example}'
        )


def _distance(text: str, config: serve_settings.Config) -> int:
    text = text.strip()
    if not text.lstrip("+-").isdecimal() or not text.isascii() or len(text) > 12:
        raise _WrongError(
            f'Invalid "distance": "{text[:60]}". The value must be an integer.'
        )
    distance = int(text)
    if distance < 0:
        raise _WrongError(
            f'Invalid "distance": "{distance}". The value must be non-negative.'
        )
    if distance > config.max_distance:
        raise _WrongError(
            f'Invalid "distance": "{distance}". The value must be < '
            f"{config.max_distance + 1}."
        )
    return max(distance, 1)


def _asking(asked: lookup.Asked, opened: instances.Instances) -> instances.Asking:
    """Return the options of a question.

    Raises:
        _WrongError: Its model or genome is not open.
    """
    if asked.tool not in [model.name for model in opened.models]:
        raise _WrongError(
            f"ERROR: This server has {', '.join(each.name for each in opened.models)} "
            f"open rather than {asked.tool}; start it with --model {asked.tool}."
        )
    build = f"GRCh{asked.build}"
    if build not in opened.scorers:
        raise _WrongError(
            f"ERROR: This server has {', '.join(opened.scorers)} open rather than "
            f"hg={asked.build}."
        )
    return instances.Asking(
        build, asked.tool, asked.distance, mask=asked.mask == 1, by_transcript=True
    )
