//! Which addresses may be spoken to: those of the public internet, and what the operator allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Of version 4, what is nobody's on the public internet: this network, private ones, shared space, loopback,
/// link-local (where clouds keep their metadata), protocol assignments, documentation, benchmarks, multicast,
/// reserved.
const CLOSED_4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];
/// Of version 6, the public internet.
const OPEN_6: &str = "2000::/3";
/// What of it is not: protocol assignments (Teredo), documentation.
const CLOSED_6: &[&str] = &["2001::/23", "2001:db8::/32", "3fff::/20"];

struct Known {
    closed_4: Vec<Ipv4Net>,
    open_6: Option<Ipv6Net>,
    closed_6: Vec<Ipv6Net>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| Known {
    closed_4: CLOSED_4.iter().filter_map(|net| net.parse().ok()).collect(),
    open_6: OPEN_6.parse().ok(),
    closed_6: CLOSED_6.iter().filter_map(|net| net.parse().ok()).collect(),
});

fn is_public_4(ip: Ipv4Addr) -> bool {
    !KNOWN.closed_4.iter().any(|net| net.contains(&ip))
}

/// The address of version 4 that stands behind one of version 6: mapped, translated (NAT64), tunnelled (6to4).
fn behind(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = ip.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_4(ip),
        IpAddr::V6(ip) => match behind(ip) {
            Some(ip) => is_public_4(ip),
            None => {
                KNOWN.open_6.is_some_and(|net| net.contains(&ip))
                    && !KNOWN.closed_6.iter().any(|net| net.contains(&ip))
            }
        },
    }
}

/// Networks beyond the public internet that the operator lets be spoken to.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<IpNet>);

impl Allowed {
    /// These.
    pub fn of(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Reads networks and single addresses, separated by commas or blanks.
    ///
    /// # Errors
    /// The part that is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let networks = parts.map(|part| {
            let single = part.parse::<IpAddr>().map(IpNet::from);
            part.parse::<IpNet>().or(single).map_err(|_| part.to_owned())
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether this address may be spoken to.
    pub fn allows(&self, ip: IpAddr) -> bool {
        let plain = match ip {
            IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
            IpAddr::V4(_) => ip,
        };
        is_public(ip) || self.0.iter().any(|net| net.contains(&plain))
    }

    /// Whether an address as it is written could be spoken to. Names are looked up only when it comes to that.
    pub fn could_reach(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(ip)) => self.allows(ip.into()),
            Some(Host::Ipv6(ip)) => self.allows(ip.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                let own = name.eq_ignore_ascii_case("localhost") || name.ends_with(".localhost");
                !own || self.allows(Ipv4Addr::LOCALHOST.into()) || self.allows(Ipv6Addr::LOCALHOST.into())
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(allowed: &Allowed, ip: &str) -> bool {
        allowed.allows(ip.parse().expect("an address"))
    }

    #[test]
    fn every_network_of_the_lists_is_read() {
        assert_eq!(KNOWN.closed_4.len(), CLOSED_4.len());
        assert_eq!(KNOWN.closed_6.len(), CLOSED_6.len());
        assert!(KNOWN.open_6.is_some());
    }

    #[test]
    fn only_the_public_internet_is_open() {
        let none = Allowed::default();
        for open in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "2a00::1"]
        {
            assert!(allows(&none, open), "{open}");
        }
        for closed in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
        ] {
            assert!(!allows(&none, closed), "{closed}");
        }
    }

    #[test]
    fn the_operator_allows_networks_and_addresses() {
        let allowed = Allowed::parse("10.0.0.0/8, 192.168.7.9 ::1").expect("networks");
        for open in ["10.200.0.1", "::ffff:10.0.0.1", "192.168.7.9", "::1"] {
            assert!(allows(&allowed, open), "{open}");
        }
        for closed in ["192.168.7.10", "127.0.0.1", "fe80::1"] {
            assert!(!allows(&allowed, closed), "{closed}");
        }
        assert_eq!(Allowed::parse("10.0.0.0/8,office").expect_err("no network"), "office");
    }

    #[test]
    fn an_address_is_seen_through_however_it_is_written() {
        let none = Allowed::default();
        for closed in [
            "http://127.0.0.1/x",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "https://localhost/x",
            "https://LOCALHOST./x",
            "https://a.localhost/x",
        ] {
            let url = Url::parse(closed).expect("an address");
            assert!(!none.could_reach(&url), "{closed}");
        }
        for open in ["https://example.com/hook", "http://1.1.1.1:8080/"] {
            let url = Url::parse(open).expect("an address");
            assert!(none.could_reach(&url), "{open}");
        }
        let loopback = Allowed::parse("127.0.0.0/8").expect("networks");
        assert!(loopback.could_reach(&Url::parse("http://localhost:1/").expect("an address")));
    }
}
