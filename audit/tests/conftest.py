import pytest

from accounts.models import User
from clusters.models import Cluster, ClusterGroup


@pytest.fixture
def make_user(db):
    def make(name: str = "ada", password: str = "correct horse battery", **fields) -> User:
        return User.objects.create_user(name, password=password, **fields)

    return make


@pytest.fixture
def make_cluster(db):
    def make(name: str, group: ClusterGroup | None = None) -> Cluster:
        return Cluster.objects.create(name=name, group=group, auth_url="https://cloud.example.com:5000/v3")

    return make


@pytest.fixture
def eu(db) -> ClusterGroup:
    return ClusterGroup.objects.create(name="eu")
