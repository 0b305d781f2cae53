// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Check} from "../Check.sol";
import {Handler} from "./Handler.sol";
import {Scale} from "./Stage.sol";

/// Whatever is done in whatever order: the contracts are where the model is, and the sums agree. Four
/// contracts, which forge runs side by side.
abstract contract Conservation is Check {
    Handler private _handler;

    function scale() internal pure virtual returns (Scale memory);

    function setUp() public {
        _handler = new Handler(scale());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_theContractsAreWhereTheModelIs() public view {
        _handler.checkAll();
    }

    /// A test whose acts are mostly refused tests little.
    function afterInvariant() public view {
        (uint256 acts, uint256 refused) = (_handler.acts(), _handler.refused());
        // A failing run is cut down to a few acts, of which more may be refused.
        if (acts > 1_000) so("under 20 % of the calls are refused", refused * 5 < acts);
    }
}

/// Sums at which the limits of small tiers meet.
contract SmallSumsWestTest is Conservation {
    function scale() internal pure override returns (Scale memory) {
        return Scale(false, -12 hours);
    }
}

contract SmallSumsEastTest is Conservation {
    function scale() internal pure override returns (Scale memory) {
        return Scale(false, 14 hours);
    }
}

/// Sums up to the top of every field.
contract VastSumsWestTest is Conservation {
    function scale() internal pure override returns (Scale memory) {
        return Scale(true, -5 hours);
    }
}

contract VastSumsEastTest is Conservation {
    function scale() internal pure override returns (Scale memory) {
        return Scale(true, 8 hours);
    }
}
