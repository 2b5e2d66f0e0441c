// Who works with requests and answers works with their headers, so their members come along with this module.
@_exported public import Outbound

/// Header fields of requests and answers: ordered, names matched without regard to case.
public typealias Headers = OutboundHeaders
