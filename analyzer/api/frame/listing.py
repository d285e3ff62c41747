"""Lists as pages by key: what is asked of one, and its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request

from analyzer.api.frame.asked import asked_sort, read_page_key
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.tables.columns import UnknownColumnError
from web.paging import Page, PageKeyError


def read_listing(request: Request, page_of: Callable[..., Page], *, sorts: bool = False) -> Page:
    """The page of a list that the address asks for; `sorts` where it may name an order.

    Raises ParameterError and TooSlowError.
    """
    after, limit = read_page_key(request.query_params, also=("sort",) if sorts else ())
    asked: dict[str, Any] = {"after": after, "limit": limit}
    asked |= {"sort": asked_sort(request.query_params)} if sorts else {}
    try:
        page = page_of(**asked)
    except UnknownColumnError as error:
        raise ParameterError({"sort": str(error)}) from error
    except PageKeyError as error:
        raise ParameterError({"after": str(error)}) from error
    if page.cut:  # a program would take the rest for the whole
        raise TooSlowError(page.cut)
    return page
