"""Our servers for the tools people have: Ansible, Prometheus, ssh and NetBox, each with its caller's rights."""
