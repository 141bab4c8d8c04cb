#include "destination_transport.hpp"

#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::app {

Result<std::unique_ptr<transport::Transport>> open_destination_transport(
    const delivery::DestinationSettings& destination, const config::Credentials& credentials,
    const boost::asio::any_io_executor& executor) {
    if (const auto* hl7 = std::get_if<delivery::Hl7Form>(&destination.form)) {
        return transport::open_mllp_transport(hl7->connection, credentials, executor);
    }
    return transport::open_fhir_transport(std::get<delivery::FhirForm>(destination.form).connection,
                                          credentials, executor, system_clock(), system_random());
}

}  // namespace edgeward::app
