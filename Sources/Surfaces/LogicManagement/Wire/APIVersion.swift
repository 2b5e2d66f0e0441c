import Serving

/// The api-version of a management request: always there, and one of those that are answered.
enum APIVersion {
    /// The versions whose requests and answers have the forms of this surface.
    static let known = [
        "2019-05-01", "2018-07-01-preview", "2017-07-01", "2016-10-01", "2016-06-01", "2015-08-01-preview",
        "2015-02-01-preview",
    ]

    /// Refuses requests without a version, or with one that does not exist.
    static let require: Routes.Middleware = { request, next in
        guard let version = request.query[ignoringCase: "api-version"], !version.isEmpty else {
            throw Problem(
                status: 400,
                code: "MissingApiVersionParameter",
                message: "The api-version query parameter (?api-version=) is required for all requests."
            )
        }
        guard known.contains(version.lowercased()) else {
            throw Problem(
                status: 400,
                code: "InvalidApiVersionParameter",
                message:
                    "The api-version '\(version.prefix(40))' is invalid. The supported versions are '\(known.joined(separator: ","))'."
            )
        }
        return try await next(request)
    }
}
