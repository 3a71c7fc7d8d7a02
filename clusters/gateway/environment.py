"""A cluster's credential as OpenStack's own tools take it: environment variables."""

from clusters.gateway.errors import CloudError
from clusters.gateway.session import certificate_file
from clusters.models import Cluster, Credential


def environment_of(cluster: Cluster) -> dict[str, str]:
    """`OS_…` variables for a child process. They hold the secret: neither log nor keep them. Raises `CloudError`
    when there is no credential."""
    try:
        credential = Credential.objects.get(cluster=cluster)
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
    if credential.kind == Credential.Kind.APPLICATION_CREDENTIAL:
        own = {
            "OS_AUTH_TYPE": "v3applicationcredential",
            "OS_APPLICATION_CREDENTIAL_ID": credential.username,
            "OS_APPLICATION_CREDENTIAL_SECRET": credential.secret,
        }
    else:
        own = {
            "OS_AUTH_TYPE": "password",
            "OS_USERNAME": credential.username,
            "OS_PASSWORD": credential.secret,
            "OS_USER_DOMAIN_NAME": credential.user_domain or "Default",
            "OS_PROJECT_NAME": credential.project_name,
            "OS_PROJECT_DOMAIN_NAME": credential.project_domain or "Default",
        }
    return {name: value for name, value in {**common, **own}.items() if value}
