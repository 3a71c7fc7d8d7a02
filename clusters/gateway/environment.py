"""A cluster's credential as OpenStack's own tools take it: environment variables."""

from clusters import login_refusals
from clusters.encrypted import KeyMissing
from clusters.gateway.errors import CloudError
from clusters.gateway.identity import auth_options
from clusters.gateway.session import certificate_file
from clusters.models import Cluster, Credential

AUTH_TYPES: dict[str, str] = {
    Credential.Kind.PASSWORD: "password",
    Credential.Kind.APPLICATION_CREDENTIAL: "v3applicationcredential",
    Credential.Kind.TOKEN: "token",
}


def environment_of(cluster: Cluster) -> dict[str, str]:
    """`OS_…` variables for a child process. They hold the secret: neither log nor keep them. Raises `CloudError`
    when there is no credential, or while the cluster rests after a refused log-in."""
    if until := login_refusals.resting_until(cluster):
        raise CloudError("authentication", cluster=cluster.name, until=until)
    try:
        credential = Credential.objects.get(cluster=cluster)
    except KeyMissing:
        raise CloudError("key_missing", cluster=cluster.name) from None
    except Credential.DoesNotExist:
        raise CloudError("no_credential", cluster=cluster.name) from None
    common = {
        "OS_AUTH_URL": cluster.auth_url,
        "OS_REGION_NAME": cluster.region,
        "OS_INTERFACE": cluster.interface,
        "OS_IDENTITY_API_VERSION": "3",
        # Neither a clouds.yaml that lies about nor a question at the terminal may come in between.
        "OS_CLIENT_CONFIG_FILE": "/dev/null",
    }
    if cluster.verify_tls and cluster.ca_certificate:
        common["OS_CACERT"] = certificate_file(cluster.ca_certificate)
    if not cluster.verify_tls:
        common["OS_INSECURE"] = "true"
    own = {f"OS_{name.upper()}": value for name, value in auth_options(credential).items()}
    return {
        name: value for name, value in {**common, "OS_AUTH_TYPE": AUTH_TYPES[credential.kind], **own}.items() if value
    }
