"""What tandemweb does itself as a step of a workflow, by the name that workflows use."""

ACTIONS = ("copy",)
