"""The description of TM Forum's APIs, made from the table they are answered from (OpenAPI 3.1).

Every operation may refuse in the ways of `EVERYWHERE`; what else it may answer stands in its row.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from channels.tmf.errors import REASONS
from channels.tmf.forms import Error, schema_of
from channels.tmf.operations import Answer, Api, Operation, Parameter
from channels.tmf.queries import ALWAYS

Document = dict[str, Any]

JSON = "application/json"
REF = "#/components/schemas/"
EVERYWHERE = ("badRequest", "unauthorized", "forbidden", "tooMany", "failed", "away")
WITH_BODY = ("tooLarge", "mediaType")
SECURITY: Document = {"token": {"type": "http", "scheme": "bearer"}}
HEADERS: Mapping[str, Document] = {
    "Location": {"description": "Where it can be got", "schema": {"type": "string"}},
    "ETag": {"description": "Another one after each change", "schema": {"type": "string"}},
    "X-Total-Count": {"description": "How many there are", "schema": {"type": "integer"}},
    "X-Result-Count": {"description": "How many of them are here", "schema": {"type": "integer"}},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "What is asked for", "schema": {"type": "string"}},
}
REFUSED_WITH = {401: ("WWW-Authenticate",), 429: ("Retry-After",)}


def described(apis: Iterable[Api]) -> tuple[Document, Document]:
    """The paths, and the schemas they refer to."""
    schemas: Document = {}
    paths: Document = {}
    _keep(schemas, Error, "serialization")
    for api in apis:
        for operation in api.operations:
            path = paths.setdefault(f"/{api.base}{operation.path}", {})
            path[operation.method.lower()] = _operation(api, operation, schemas)
    return paths, schemas


def _operation(api: Api, operation: Operation, schemas: Document) -> Document:
    told: Document = {
        "operationId": operation.name,
        "summary": operation.text,
        "tags": [api.name],
        "security": [{"token": []}],
        "responses": dict(_responses(operation, schemas)),
    }
    if operation.parameters:
        told["parameters"] = [_parameter(each) for each in operation.parameters]
    if operation.takes is not None:
        name = _keep(schemas, operation.takes, "validation")
        kept = {} if operation.example is None else {"example": operation.example}
        content = {kind: {"schema": {"$ref": REF + name}, **kept} for kind in operation.kinds}
        told["requestBody"] = {"required": True, "content": content}
    if operation.leads_to:
        told["responses"]["201"]["links"] = {name: _link(name) for name in operation.leads_to}
    return told


def _link(name: str) -> Document:
    if name == "createCancelProductOrder":
        return {"operationId": name, "requestBody": {"productOrder": {"id": "$response.body#/id"}}}
    return {"operationId": name, "parameters": {"id": "$response.body#/id"}}


def _parameter(parameter: Parameter) -> Document:
    required = parameter.required or parameter.place == "path"
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.text,
        "required": required,
        "schema": dict(parameter.schema),
    }


def _responses(operation: Operation, schemas: Document) -> Iterator[tuple[str, Document]]:
    for status, answer in operation.answers.items():
        yield str(status), _answer(answer, schemas)
    codes = (*EVERYWHERE, *operation.refuses, *(WITH_BODY if operation.takes is not None else ()))
    for status in sorted({REASONS[code][0] for code in codes}):
        reason = next(text for number, text in REASONS.values() if number == status)
        headers = {name: HEADERS[name] for name in REFUSED_WITH.get(status, ())}
        content = {"content": {JSON: {"schema": {"$ref": REF + "Error"}}}}
        yield str(status), {"description": reason, **content, **({"headers": headers} if headers else {})}


def _answer(answer: Answer, schemas: Document) -> Document:
    told: Document = {"description": answer.text or "Those that were found"}
    if answer.headers:
        told["headers"] = {name: HEADERS[name] | {"required": True} for name in answer.headers}
    if answer.form is not None:
        name = _keep(schemas, answer.form, "serialization")
        _chosen(schemas[name])
        schema: Document = {"$ref": REF + name}
        if answer.many:
            schema = {"type": "array", "items": schema}
        told["content"] = {JSON: {"schema": schema}}
    return told


def _chosen(schema: Document) -> None:
    """Where `fields` may choose, nothing is sure to be there but what always is."""
    if "href" in schema["properties"]:
        schema["required"] = sorted(ALWAYS)


def _keep(schemas: Document, form: type[BaseModel], mode: str) -> str:
    schema = schema_of(form, mode)
    schemas.update(schema.pop("$defs", {}))
    schemas[form.__name__] = schema
    return form.__name__
