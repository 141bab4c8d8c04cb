#include <edgeward/transport/commitment_reporter.hpp>

#include <utility>

#include "dicom_association.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

constexpr const char* implicit_little_endian = "1.2.840.10008.1.2";

}  // namespace

asio::awaitable<Result<std::uint16_t>> report_commitment(DicomSettings node,
                                                         const config::Credentials& credentials,
                                                         dicom::CommitmentReport report) {
    auto context = net::client_context(node.tls, credentials);
    if (!context) co_return failure(ErrorKind::unavailable, context.error().message);
    auto stream = co_await net::connect_tls(std::move(*context), node.host, node.port, node.tls.server_name,
                                            node.connect_timeout);
    if (!stream) co_return failure(std::move(stream.error()));
    auto association = std::make_shared<DicomAssociation>(std::move(*stream), node);
    const std::string sop_class(dicom::commitment_class);
    std::vector<dicom::RoleSelection> roles{{sop_class, false, true}};
    const auto agreed = co_await association->agree(sop_class, implicit_little_endian, std::move(roles));
    if (!agreed) {
        association->close();
        co_return failure(agreed.error());
    }
    auto given = co_await association->report(std::move(report));
    if (given)
        co_await association->release();
    else
        association->close();
    co_return given;
}

}  // namespace edgeward::transport
