from rest_framework.permissions import IsAuthenticated


class ReadyAccount(IsAuthenticated):
    pass
