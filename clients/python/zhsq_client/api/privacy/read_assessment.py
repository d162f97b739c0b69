from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.assessment import Assessment
from ...models.problem import Problem
from ...models.read_assessment_format import (
    ReadAssessmentFormat,
    check_read_assessment_format,
)
from ...models.read_assessment_language import (
    ReadAssessmentLanguage,
    check_read_assessment_language,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    format_: ReadAssessmentFormat | Unset = "json",
    language: ReadAssessmentLanguage | Unset = "zh",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    json_language: str | Unset = UNSET
    if not isinstance(language, Unset):
        json_language = language

    params["language"] = json_language

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/estates/{estate}/assessment".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Assessment | Problem | None:
    if response.status_code == 200:
        response_200 = Assessment.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Assessment | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    format_: ReadAssessmentFormat | Unset = "json",
    language: ReadAssessmentLanguage | Unset = "zh",
) -> Response[Assessment | Problem]:
    """What is processed in an estate, why, how long, and of how many people

     What is processed in an estate, why, how long, and of how many people.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        format_ (ReadAssessmentFormat | Unset):  Default: 'json'.
        language (ReadAssessmentLanguage | Unset):  Default: 'zh'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Assessment | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        format_=format_,
        language=language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    *,
    client: AuthenticatedClient,
    format_: ReadAssessmentFormat | Unset = "json",
    language: ReadAssessmentLanguage | Unset = "zh",
) -> Assessment | Problem | None:
    """What is processed in an estate, why, how long, and of how many people

     What is processed in an estate, why, how long, and of how many people.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        format_ (ReadAssessmentFormat | Unset):  Default: 'json'.
        language (ReadAssessmentLanguage | Unset):  Default: 'zh'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Assessment | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        format_=format_,
        language=language,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    format_: ReadAssessmentFormat | Unset = "json",
    language: ReadAssessmentLanguage | Unset = "zh",
) -> Response[Assessment | Problem]:
    """What is processed in an estate, why, how long, and of how many people

     What is processed in an estate, why, how long, and of how many people.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        format_ (ReadAssessmentFormat | Unset):  Default: 'json'.
        language (ReadAssessmentLanguage | Unset):  Default: 'zh'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Assessment | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        format_=format_,
        language=language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    format_: ReadAssessmentFormat | Unset = "json",
    language: ReadAssessmentLanguage | Unset = "zh",
) -> Assessment | Problem | None:
    """What is processed in an estate, why, how long, and of how many people

     What is processed in an estate, why, how long, and of how many people.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        format_ (ReadAssessmentFormat | Unset):  Default: 'json'.
        language (ReadAssessmentLanguage | Unset):  Default: 'zh'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Assessment | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            format_=format_,
            language=language,
        )
    ).parsed
