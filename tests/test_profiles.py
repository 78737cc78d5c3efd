from datetime import timedelta
from pathlib import Path

import pytest

from tracker.config import parse_config
from tracker.errors import ConfigurationError
from tracker.model import Label
from tracker.profiles import Form, Mail, Profile, Secret, Security, Send, Transport

HERE = Path("folder/tracker.toml")
MAIL = "[mail]\nfrom = 'tracker@example.org'\n"
TO = "[[digest]]\nto = ['desk@example.org']\n"


def test_every_key() -> None:
    config = parse_config(
        """
        [mail]
        from = "Tracker <tracker@example.org>"
        transport = "smtp"
        host = "mail.example.org"
        security = "tls"
        user = "tracker"
        password_env = "MAIL_PASSWORD"
        ca_file = "ca.pem"
        timeout = 10
        unsubscribe = "https://example.org/leave"
        [[digest]]
        name = "ankara"
        to = ["Desk <desk@example.org>", "desk@example.org", "desk@example.org"]
        parties = ["Turkey"]
        issues = ["ceasefire"]
        labels = ["reversed", "hardened"]
        beats = ["talks"]
        send = "always"
        at_most_per_day = 1
        format = "text"
        quiet_after_days = 7
        """,
        HERE,
    )
    assert config.mail == Mail(
        sender="Tracker <tracker@example.org>",
        transport=Transport.SMTP,
        host="mail.example.org",
        port=465,
        security=Security.TLS,
        user="tracker",
        secret=Secret(environment="MAIL_PASSWORD"),
        ca_file=Path("folder/ca.pem"),
        timeout=timedelta(seconds=10),
        unsubscribe="https://example.org/leave",
    )
    assert config.mail.address == "tracker@example.org"
    assert config.profiles == (
        Profile(
            name="ankara",
            to=("Desk <desk@example.org>", "desk@example.org"),
            parties=("Turkey",),
            issues=("ceasefire",),
            labels=(Label.REVERSED, Label.HARDENED),
            beats=("talks",),
            send=Send.ALWAYS,
            at_most_per_day=1,
            form=Form.TEXT,
            quiet_after_days=7,
        ),
    )


def test_profiles_without_a_name_get_one() -> None:
    assert [profile.name for profile in parse_config(MAIL + TO, HERE).profiles] == ["readers"]
    assert [profile.name for profile in parse_config(MAIL + TO + TO, HERE).profiles] == ["readers-1", "readers-2"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (TO, "there is no [mail]"),
        ("[mail]\n", "[mail] has the address ''"),
        ("[mail]\nfrom = 'nobody'", "has the address 'nobody': write it like"),
        ("[mail]\nfrom = 'a@b.example\\r\\nBcc: c@d.example'", "has the address"),
        ('[mail]\nfrom = "a@b.example\\r\\nBcc: c@d.example"', "[mail] from is"),
        (MAIL + "transport = 'pigeon'", "transport is 'pigeon': choose one of smtp, sendmail, maildir, folder"),
        (MAIL + "transport = 'folder'", "transport 'folder' needs 'folder'"),
        (MAIL + "port = 0", "port is 0: give a whole number from 1 to 65,535"),
        (MAIL + "user = 'me'", "needs both 'user' and a password"),
        (MAIL + "user = 'me'\npassword = 'x'\npassword_env = 'Y'", "has both 'password' and 'password_env': keep one"),
        (MAIL + "user = 'me'\npassword_env = 'Y'\nsecurity = 'none'\nhost = 'mail.example.org'", "in the clear"),
        (MAIL + "hots = 'x'", "unknown key 'hots' in [mail]"),
        (MAIL + "unsubscribe = 'javascript:1'", "begins with mailto: or https://"),
        (MAIL + "[digest]\nto = ['a@b.example']", "write [[digest]] with two brackets"),
        (MAIL + "[[digest]]\n", "has 0 recipients under 'to'"),
        (MAIL + "[[digest]]\nto = ['grüße@example.org']", "in ASCII"),
        (MAIL + "[[digest]]\nto = ['a@b.example, c@d.example']", "has the address"),
        (MAIL + TO + "labels = ['moved']", "has the label 'moved': choose from reversed"),
        (MAIL + TO + "send = 'never'", "send is 'never': choose one of always, changes"),
        (MAIL + TO + "at_most_per_day = true", "at_most_per_day is True"),
        (MAIL + TO + "name = 'x'\n" + TO + "name = 'x'", "has the name 'x' of another one"),
    ],
)
def test_what_is_wrong_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(text, HERE)
    assert complaint in str(caught.value)


def test_a_password_is_never_in_a_message() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(MAIL + "user = 'me'\npassword = ['low-tide']", HERE)
    assert "low-tide" not in str(caught.value)
    config = parse_config(MAIL + "user = 'me'\npassword = 'low-tide'", HERE)
    assert "low-tide" not in repr(config)
