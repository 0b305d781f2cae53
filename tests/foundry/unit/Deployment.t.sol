// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {IDepositToken} from "../../../contracts/interfaces/IDepositToken.sol";
import {IRestricted} from "../../../contracts/interfaces/IRestricted.sol";
import {World} from "./World.sol";

/// The constructor, what it fixes for ever, and what it refuses.
contract DeploymentTest is World {
    string private constant LONGEST = "1234567890123456789012345678901";
    string private constant TOO_LONG = "12345678901234567890123456789012";

    function deploy(string memory name, string memory symbol, string memory currency)
        private
        returns (IDepositToken)
    {
        bytes memory arguments =
            abi.encode(address(manager), name, symbol, currency, uint8(3), int32(0), "");
        return IDepositToken(vm.deployCode("DepositToken.sol:DepositToken", arguments));
    }

    function test_whatItIsCalled() public view {
        equal("name", token.name(), NAME);
        equal("symbol", token.symbol(), "EURJ");
        equal("currency", token.currency(), "EUR");
        equal("contractURI", token.contractURI(), DESCRIPTION);
        same("decimals", token.decimals(), 2);
        same("offset", uint32(token.utcOffsetSeconds()), 3_600);
        so("authority", IRestricted(address(token)).authority() == address(manager));
        so("authority", IRestricted(address(teller)).authority() == address(manager));
        so("the Teller's token", address(teller.token()) == address(token));
    }

    function equal(string memory what, string memory left, string memory right) private pure {
        so(what, keccak256(bytes(left)) == keccak256(bytes(right)));
    }

    function test_31BytesAtMost() public {
        IDepositToken longest = deploy(LONGEST, LONGEST, LONGEST);
        equal("name", longest.name(), LONGEST);
        equal("symbol", longest.symbol(), LONGEST);
        equal("currency", longest.currency(), LONGEST);
        same("decimals", longest.decimals(), 3);
        bytes memory reason = abi.encodeWithSelector(ShortStrings.StringTooLong.selector, TOO_LONG);
        refusesToDeploy(reason, TOO_LONG, "x", "x", 0);
        refusesToDeploy(reason, "x", TOO_LONG, "x", 0);
        refusesToDeploy(reason, "x", "x", TOO_LONG, 0);
    }

    function test_fromTheFirstToTheLastTimeZone() public {
        same("first", uint32(deployToken(-12 hours).utcOffsetSeconds()), uint32(int32(-12 hours)));
        same("last", uint32(deployToken(14 hours).utcOffsetSeconds()), uint32(int32(14 hours)));
        _refusesOffset(-12 hours - 1);
        _refusesOffset(14 hours + 1);
        _refusesOffset(type(int32).min);
        _refusesOffset(type(int32).max);
    }

    function _refusesOffset(int32 offset) private {
        bytes memory reason = abi.encodeWithSelector(InvalidUtcOffset.selector, offset);
        refusesToDeploy(reason, "x", "x", "x", offset);
    }

    /// By `create` of our own: the cheat code says only that deploying failed.
    function refusesToDeploy(
        bytes memory reason,
        string memory name,
        string memory symbol,
        string memory currency,
        int32 offset
    ) private {
        bytes memory code = bytes.concat(
            vm.getCode("DepositToken.sol:DepositToken"),
            abi.encode(address(manager), name, symbol, currency, uint8(2), offset, "")
        );
        address made;
        bytes memory answer;
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
            answer := mload(0x40)
            mstore(answer, returndatasize())
            returndatacopy(add(answer, 32), 0, returndatasize())
            mstore(0x40, add(add(answer, 32), returndatasize()))
        }
        so("not deployed", made == address(0));
        so("the reason", keccak256(answer) == keccak256(reason));
    }

    function test_startsEmptyAndOpenToNobody() public {
        IDepositToken fresh = deploy("x", "x", "x");
        same("supply", fresh.totalSupply(), 0);
        same("minted", fresh.totalMinted(), 0);
        so("not paused", !fresh.paused());
        for (uint8 tier = 0; tier < 5; ++tier) {
            (uint256 perPayment, uint256 perDay, uint256 balance) = fresh.getLimits(tier);
            same("closed", perPayment | perDay | balance, 0);
        }
        equal("contractURI", fresh.contractURI(), "");
    }

    function test_saysWhereItsDescriptionIs() public {
        vm.recordLogs();
        deployToken(0);
        // Nothing else is told: no money, no limits, no roles.
        same("events", vm.getRecordedLogs().length, 1);
    }
}
