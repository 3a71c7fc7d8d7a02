"""What is wrong with a certificate that does not verify, in words."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from clusters.gateway.certificate import shown_by
from clusters.gateway.errors import CloudError

OLD_PROTOCOL = re.compile(r"unsupported.protocol|protocol.version|wrong.version|no.protocols|handshake.failure", re.I)


class CertificateError(CloudError):
    """Why the TLS connection to a cloud was not made; `str()` names the certificate and how to trust it."""

    def __init__(self, cluster: str, sentence: str):
        super().__init__("tls", cluster=cluster)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def complaint(cluster: str, url: str, error: Exception) -> CloudError:
    """What is wrong, from what the TLS library said and the certificate that `url` shows."""
    text, host = str(error), urlsplit(url).hostname or url
    certificate = shown_by(url)
    if certificate is None:
        if OLD_PROTOCOL.search(text):
            sentence = _(
                "%(host)s of cluster %(cluster)s speaks only a TLS version or ciphers that are too old to be safe. "
                "It has to offer TLS 1.2 or newer."
            )
            return CertificateError(cluster, sentence % {"host": host, "cluster": cluster})
        return CloudError("tls", cluster=cluster)
    facts = {
        "cluster": cluster,
        "host": host,
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "begins": f"{certificate.not_valid_before_utc:%Y-%m-%d}",
        "ends": f"{certificate.not_valid_after_utc:%Y-%m-%d}",
        "names": ", ".join(_names(certificate)) or "–",
    }
    about = (
        _("The certificate “%(subject)s” that %(host)s of cluster %(cluster)s shows, issued by “%(issuer)s”,") % facts
    )
    return CertificateError(cluster, f"{about % facts} {_problem(text, certificate) % facts}")


def _problem(text: str, certificate: x509.Certificate) -> str:
    now = datetime.now(UTC)
    if certificate.not_valid_after_utc < now:
        return _("ended on %(ends)s. The cloud has to renew it.")
    if certificate.not_valid_before_utc > now:
        return _("is good only from %(begins)s on. Look at the clocks of both sides.")
    if re.search(r"mismatch|doesn.t match", text, re.I):
        return _("is not for this name but for: %(names)s. Use one of these names in the address.")
    if certificate.issuer == certificate.subject:
        return _(
            "is good until %(ends)s and signed by itself. If it is the right one, give it as the CA certificate of "
            "the cluster."
        )
    return _(
        "is good until %(ends)s, but its issuer is not known here. Give the issuer's certificate as the CA "
        "certificate of the cluster; if that is an intermediate one, the cloud should send it along."
    )


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value)[:100] if common else name.rfc4514_string()[:100]


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    addresses = [str(address) for address in extension.get_values_for_type(x509.IPAddress)]
    return [*extension.get_values_for_type(x509.DNSName), *addresses][:5]
