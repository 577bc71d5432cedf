"""The service's calls that answer in JSON, as OpenAPI 3.1. A test calls each of them with inputs of every kind."""

from typing import Final

_TEXT: Final[dict[str, object]] = {"type": "string"}
_WHOLE: Final[dict[str, object]] = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999}
_REFUSED: Final = {
    "description": "Refused, in words",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["message", "hint"],
                "properties": {"message": _TEXT, "hint": _TEXT},
                "additionalProperties": False,
            }
        }
    },
}
_REFUSALS: Final = {status: _REFUSED for status in ("400", "403", "404", "409", "503")}
_ANSWER: Final = {"description": "The answer", "content": {"application/json": {"schema": {"type": "object"}}}}


def _parameter(
    name: str, schema: dict[str, object], place: str = "query", *, required: bool = False
) -> dict[str, object]:
    return {"name": name, "in": place, "required": required, "schema": schema}


_OF_FILE: Final = [
    _parameter("request", {**_TEXT, "minLength": 1}, "path", required=True),
    _parameter("name", {**_TEXT, "minLength": 1}, "path", required=True),
]
_OF_RELAY: Final = [
    _parameter("x-tre-person", _TEXT, "header", required=True),
    _parameter("x-tre-project", _TEXT, "header", required=True),
]


def _get(summary: str, parameters: list[dict[str, object]], security: str) -> dict[str, object]:
    return {
        "summary": summary,
        "parameters": parameters,
        "security": [{security: []}],
        "responses": {"200": _ANSWER, **_REFUSALS},
    }


def _post(summary: str, fields: dict[str, object], required: list[str]) -> dict[str, object]:
    schema = {"type": "object", "required": required, "properties": fields, "additionalProperties": False}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {**_get(summary, _OF_RELAY, "relay"), "requestBody": body}


_OR_NONE: Final = {"type": ["string", "null"]}
OPENAPI: Final[dict[str, object]] = {
    "openapi": "3.1.0",
    "info": {"title": "Airlock", "version": "1"},
    "components": {
        "securitySchemes": {
            "person": {"type": "apiKey", "in": "cookie", "name": "tre-airlock"},
            "relay": {"type": "http", "scheme": "bearer"},
        }
    },
    "paths": {
        "/requests/{request}/about/{name}": {
            "get": _get("A table's size, header and marked cells", _OF_FILE, "person")
        },
        "/requests/{request}/rows/{name}": {
            "get": _get(
                "Some rows of a table",
                [
                    *_OF_FILE,
                    _parameter("start", _WHOLE),
                    _parameter("count", _WHOLE),
                    _parameter("sort", _WHOLE),
                    _parameter("descending", {"enum": ["true", "false"]}),
                ],
                "person",
            )
        },
        "/requests/{request}/column/{name}": {
            "get": _get("One column in numbers", [*_OF_FILE, _parameter("column", _WHOLE, required=True)], "person")
        },
        "/workspace/requests": {
            "get": _get("The requests of the person who speaks", _OF_RELAY, "relay"),
            "post": _post(
                "Submit a folder",
                {"title": _TEXT, "context": _TEXT, "folder": _TEXT, "request": _OR_NONE, "code": _TEXT},
                ["title", "context", "folder", "request"],
            ),
        },
        "/workspace/packages": {
            "post": _post("Ask for a package", {"package": _TEXT, "reason": _TEXT}, ["package", "reason"])
        },
    },
}
