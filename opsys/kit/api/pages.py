"""The pages of an API list: each answer holds the address of the next."""

from rest_framework.pagination import CursorPagination

from opsys.kit.lists.paging import few_of, with_keys


class Pages(CursorPagination):
    page_size = 50
    page_size_query_param = "per_page"
    max_page_size = 1000

    def __init__(self, order: list[str]):
        self.ordering = tuple(order)
        super().__init__()

    def get_ordering(self, request, queryset, view):
        return self.ordering

    def paginate_queryset(self, queryset, request, view=None):
        """Finds the page by the columns of its order alone, then reads its rows: see opsys/kit/lists/paging.py."""
        few, _count = few_of(queryset)
        columns = {"pk", self.ordering[0].removeprefix("-")} - few.query.annotations.keys()
        places = few.prefetch_related(None).only(*columns)
        keys = [place.pk for place in super().paginate_queryset(places, request, view)]
        found = {row.pk: row for row in with_keys(queryset, keys)}
        return [found[key] for key in keys if key in found]
