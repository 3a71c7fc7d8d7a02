"""Tokens for scripts: a name and a password give one, it expires by itself and can be given back."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import why_not_ready
from accounts.second_factor.forms import CodeForm
from accounts.tokens.authentication import ApiTokenAuthentication
from accounts.tokens.models import ApiToken

LOGIN = "login"
"""The name of a token that a name and a password gave."""


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=20, required=False, write_only=True, help_text="Of the second factor.")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class TokenLogin(APIView):
    """A new token. 401 for a wrong name or password, 429 after too many, 403 while the password must be changed."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=CredentialsSerializer, responses=TokenSerializer)
    def post(self, request) -> Response:
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        django_request = request._request  # axes marks it, and its middleware looks at it
        typed = dict(given.validated_data)
        typed_code = typed.pop("code", "")
        user = authenticate(django_request, **typed)
        if user is None:
            return _refusal("invalid_credentials", _("The user name or the password is wrong."), 401)
        if is_mfa_enabled(user):
            if not typed_code:
                return _refusal("code_required", _("Send the code of your second factor as well, as “code”."), 401)
            if not (form := CodeForm({"code": typed_code}, user=user)).is_valid():
                return _refusal("invalid_code", form.errors["code"][0], 401)
            form.authenticator.record_usage()
        code, reason = why_not_ready(user)
        if code:
            return _refusal(code, reason, 403)
        row, token = ApiToken.objects.create(user=user, name=LOGIN)
        user_logged_in.send(sender=type(user), request=django_request, user=user)
        return Response(TokenSerializer({"token": token, "expiry": row.expiry}).data)


class TokenLogout(APIView):
    """Gives the token back that this request carries."""

    authentication_classes = [ApiTokenAuthentication]
    permission_classes = [IsAuthenticated]  # also a token that only reads may be given back

    @extend_schema(request=None, responses={204: None})
    def post(self, request) -> Response:
        request.auth.delete()
        user_logged_out.send(sender=type(request.user), request=request._request, user=request.user)
        return Response(status=204)


def _refusal(code: str, detail: str, status: int) -> Response:
    return Response({"code": code, "detail": detail}, status=status)
