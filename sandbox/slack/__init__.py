"""A local Slack: Web API, Socket Mode and the people in front of it, on loopback."""

from sandbox.slack.people import Outcome, Person
from sandbox.slack.sandbox import SlackSandbox
from sandbox.slack.serve import serving

__all__ = ["Outcome", "Person", "SlackSandbox", "serving"]
